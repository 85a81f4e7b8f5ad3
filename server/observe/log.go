// Package observe is what a server tells about itself: log lines that name their request, metrics for Prometheus, and
// the last requests, kept in memory. It may import store/db.
package observe

import (
	"context"
	"fmt"
	"io"
	"log/slog"
)

// NewLog returns a log that writes lines as text or json from a level on, each with the id of the request whose
// context it was written with. Levels: debug, info, warn, error.
func NewLog(w io.Writer, format, level string) (*slog.Logger, error) {
	var from slog.Level
	if err := from.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("the level of the log is debug, info, warn or error, not %q", level)
	}
	o := &slog.HandlerOptions{Level: from}
	switch format {
	case "text":
		return slog.New(handler{slog.NewTextHandler(w, o)}), nil
	case "json":
		return slog.New(handler{slog.NewJSONHandler(w, o)}), nil
	}
	return nil, fmt.Errorf("the format of the log is text or json, not %q", format)
}

// handler adds the request's id.
type handler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

// requestContext is the context of a request with its id.
type requestContext struct {
	context.Context
	id string
}

type idKey struct{}

// Value implements context.Context.
func (c *requestContext) Value(key any) any {
	if _, ok := key.(idKey); ok {
		return c.id
	}
	return c.Context.Value(key)
}

// WithRequest returns a context whose log lines name a request.
func WithRequest(ctx context.Context, id string) context.Context { return &requestContext{ctx, id} }

// RequestID returns the id of the request that a context belongs to, or "".
func RequestID(ctx context.Context) string {
	if ctx == nil {
		return ""
	}
	id, _ := ctx.Value(idKey{}).(string)
	return id
}
