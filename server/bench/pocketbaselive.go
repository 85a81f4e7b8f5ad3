package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// follow opens an event stream, learns from its first event how it is called, and subscribes.
func (p *pocketbase) follow(ctx context.Context, c *client, collection string, got func([]byte)) error {
	stream, err := p.stream(ctx)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(stream, 4<<10)
	id, err := streamID(in)
	if err == nil {
		err = p.subscribe(ctx, id, c.token, collection)
	}
	if err != nil {
		_ = stream.Close()
		return err
	}
	go func() {
		defer stream.Close()
		for lines := bufio.NewScanner(in); lines.Scan(); {
			got(lines.Bytes())
		}
	}()
	return nil
}

// live sends the requests of live connections, each stream on a connection of its own.
var live = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: opening, DisableCompression: true, ReadBufferSize: 4 << 10, WriteBufferSize: 1 << 10}}

func (p *pocketbase) stream(ctx context.Context) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base()+"/api/realtime", nil)
	if err != nil {
		return nil, err
	}
	res, err := live.Do(req) //nolint:bodyclose // whoever reads the stream closes it
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("/api/realtime: %s", res.Status), res.Body.Close())
	}
	return res.Body, nil
}

// streamID reads the client's id from the stream's first event.
func streamID(in *bufio.Reader) (string, error) {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if data, ok := strings.CutPrefix(line, "data:"); ok {
			var first struct{ ClientID string }
			err := json.Unmarshal([]byte(data), &first)
			return first.ClientID, err
		}
	}
}

func (p *pocketbase) subscribe(ctx context.Context, id, token, collection string) error {
	body := fmt.Sprintf(`{"clientId":%q,"subscriptions":["%s/*"]}`, id, collection)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base()+"/api/realtime", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", token)
	res, err := live.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("subscribing: %s", res.Status)
	}
	return nil
}
