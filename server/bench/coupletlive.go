package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/coder/websocket"
)

// maxFrame bounds a message: a snapshot of one record, or a new one.
const maxFrame = 1 << 20

// follow opens a WebSocket and waits for the snapshot of its one subscription.
func (p *couplet) follow(ctx context.Context, c *client, collection string, got func([]byte)) error {
	ws, _, err := websocket.Dial(ctx, "ws://"+p.addr+"/api/live/", &websocket.DialOptions{ //nolint:bodyclose // a WebSocket has none
		HTTPHeader: http.Header{"Authorization": {c.token}, "Origin": {p.base()}},
	})
	if err != nil {
		return err
	}
	ws.SetReadLimit(maxFrame)
	frame := fmt.Sprintf(`{"op":"subscribe","id":"a","path":"/api/%s/?page_size=1"}`, collection)
	if err := ws.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		return err
	}
	_, first, err := ws.Read(ctx)
	if err != nil {
		return err
	}
	if !bytes.Contains(first, []byte(`"op":"snapshot"`)) {
		return fmt.Errorf("the subscription was answered with %.300s", first)
	}
	go func() {
		defer ws.CloseNow() //nolint:errcheck // the server may have gone
		for {
			_, message, err := ws.Read(ctx)
			if err != nil {
				return
			}
			got(message)
		}
	}()
	return nil
}
