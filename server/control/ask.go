package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
)

// A request is a line of JSON, an envelope, and the input after it. An answer has two parts: the output, as it is
// written, and JSON of what became of it, whose absence shows that the server has gone away.
type envelope struct {
	Request json.RawMessage
	Input   bool // follows
}

// ErrNoServer says that no server answers in a data folder.
var ErrNoServer = errors.New("control: no server has the data folder open")

// Ask sends a request with its input, nil for none, to the server of a data folder. It writes the output to out and what
// became of the request to outcome. Errors: ErrNoServer, after which nothing has been read or written, and others
// where the server went away before it was done.
func Ask(ctx context.Context, data string, request any, in io.Reader, out io.Writer, outcome any) error {
	conn, err := dial(ctx, data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoServer, err)
	}
	defer func() { _ = conn.Close() }()
	resp, err := post(ctx, conn, request, in)
	if err != nil {
		return gone(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
		return fmt.Errorf("the running server refuses: %s", bytes.TrimSpace(text))
	}
	return receive(ctx, resp, out, outcome)
}

func post(ctx context.Context, conn net.Conn, request any, in io.Reader) (*http.Response, error) {
	sent, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	line, err := json.Marshal(envelope{sent, in != nil})
	if err != nil {
		return nil, err
	}
	var body io.Reader = bytes.NewReader(append(line, '\n'))
	if in != nil {
		body = io.MultiReader(body, in)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://couplet/", body)
	if err != nil {
		return nil, err
	}
	only := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	return (&http.Transport{DialContext: only, DisableKeepAlives: true}).RoundTrip(req)
}

func receive(ctx context.Context, resp *http.Response, out io.Writer, outcome any) error {
	_, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("control: %w", err)
	}
	parts := multipart.NewReader(resp.Body, params["boundary"])
	output, err := parts.NextPart()
	if err != nil {
		return gone(ctx, err)
	}
	if _, err := io.Copy(out, coming{ctx, output}); err != nil {
		return err
	}
	result, err := parts.NextPart()
	if err != nil {
		return gone(ctx, err)
	}
	return json.NewDecoder(coming{ctx, result}).Decode(outcome)
}

// coming is what a server sends; that it breaks off is told from a failure of writing it.
type coming struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (c coming) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // readers return it as it is
		err = gone(c.ctx, err)
	}
	return n, err
}

// gone is the error of a request that broke off.
func gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the running server went away before this was done: %w", err)
}
