// Package observe is what a server tells about itself: log lines that name their request, metrics for Prometheus, and
// the last requests and lines, kept in memory. It may import server/clock and store/db.
package observe

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// NewLog returns a log that writes lines as text or json from a level on, each with the id of the request whose
// context it was written with. Levels: debug, info, warn, error.
func NewLog(w io.Writer, format, level string) (*slog.Logger, error) {
	least, err := ParseLevel(level)
	if err != nil {
		return nil, err
	}
	from := &slog.LevelVar{}
	from.Set(least)
	o := &slog.HandlerOptions{Level: from}
	switch format {
	case "text":
		return slog.New(handler{Handler: slog.NewTextHandler(w, o), level: from}), nil
	case "json":
		return slog.New(handler{Handler: slog.NewJSONHandler(w, o), level: from}), nil
	}
	return nil, fmt.Errorf("the format of the log is text or json, not %q", format)
}

// ParseLevel reads a level: debug, info, warn or error.
func ParseLevel(text string) (slog.Level, error) {
	for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(text, l.String()) {
			return l, nil
		}
	}
	return 0, fmt.Errorf("the level of the log is debug, info, warn or error, not %q", text)
}

// LevelOf returns the level of a log that NewLog made, which may be changed; nil for another one.
func LevelOf(log *slog.Logger) *slog.LevelVar {
	h, _ := log.Handler().(handler)
	return h.level
}

// handler adds the request's id, and keeps what it writes where there are lines.
type handler struct {
	slog.Handler
	level *slog.LevelVar
	lines *Lines
	group string      // the names of open groups, each with a dot
	attrs []slog.Attr // what every line has, with the names of their groups
}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if h.lines != nil {
		h.lines.keep(ctx, &r, h.group, h.attrs)
	}
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.Handler = h.Handler.WithAttrs(attrs)
	h.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		h.attrs = append(h.attrs, slog.Attr{Key: h.group + a.Key, Value: a.Value})
	}
	return h
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	h.Handler = h.Handler.WithGroup(name)
	if name != "" {
		h.group += name + "."
	}
	return h
}

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
