package observe

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Bounds of the log lines that are kept.
const (
	linesSize  = 1000
	maxMessage = 2000
)

// Line is a line of the server's own log.
type Line struct {
	At         time.Time      `json:"at"`
	Level      string         `json:"level" openapi:"enum=debug|info|warn|error"`
	Message    string         `json:"message"`
	Request    string         `json:"request" doc:"The id of the request that caused it; empty for none."`
	Attributes map[string]any `json:"attributes"`

	level slog.Level
}

// Lines keeps the last lines of a log in memory. It is safe for concurrent use.
type Lines struct {
	mu   sync.Mutex
	kept ring[Line]
}

// KeepLines returns a log that writes what log writes, and keeps it.
func KeepLines(log *slog.Logger) (*slog.Logger, *Lines) {
	lines := &Lines{kept: ring[Line]{size: linesSize}}
	h, ours := log.Handler().(handler)
	if !ours {
		h = handler{Handler: log.Handler()}
	}
	h.lines = lines
	return slog.New(h), lines
}

// Last returns at most n lines, the newest first: of a level and above, with q in their message, attributes or request.
func (l *Lines) Last(n int, least slog.Level, q string) []Line {
	q = strings.ToLower(q)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept.last(n, func(line *Line) bool { return line.level >= least && line.has(q) })
}

func (l *Line) has(q string) bool {
	if q == "" || strings.Contains(strings.ToLower(l.Message), q) || strings.Contains(strings.ToLower(l.Request), q) {
		return true
	}
	for name, v := range l.Attributes {
		if strings.Contains(strings.ToLower(fmt.Sprintf("%s=%v", name, v)), q) {
			return true
		}
	}
	return false
}

// keep notes a record with what its handler knows besides.
func (l *Lines) keep(ctx context.Context, r *slog.Record, group string, before []slog.Attr) {
	line := Line{
		At: r.Time.UTC().Truncate(time.Millisecond), Level: levelName(r.Level), Message: clipAt(r.Message, maxMessage), Request: RequestID(ctx),
		Attributes: map[string]any{}, level: r.Level,
	}
	for _, a := range before {
		line.put("", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		line.put(group, a)
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept.add(line)
}

// put adds an attribute; those of groups have names with dots.
func (l *Line) put(group string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, b := range v.Group() {
			l.put(group, b)
		}
		return
	}
	if a.Key != "" {
		l.Attributes[group+a.Key] = plain(v)
	}
}

// plain is a value as JSON has it: a number or a boolean as it is, everything else as a text.
func plain(v slog.Value) any {
	switch v.Kind() {
	case slog.KindBool, slog.KindInt64, slog.KindUint64:
		return v.Any()
	case slog.KindFloat64:
		if _, err := json.Marshal(v.Float64()); err == nil { // it is no NaN
			return v.Float64()
		}
	}
	return clipAt(v.String(), maxMessage)
}

func levelName(l slog.Level) string {
	switch {
	case l < slog.LevelInfo:
		return "debug"
	case l < slog.LevelWarn:
		return "info"
	case l < slog.LevelError:
		return "warn"
	}
	return "error"
}
