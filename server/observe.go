package server

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/google/uuid"

	"github.com/couplet/couplet/server/api"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// heldBackTime is how long metrics wait for the database.
const heldBackTime = 2 * time.Second

// maxRequestID bounds the id that a proxy gives a request.
const maxRequestID = 64

// requestID is the id of a request: its own, or the one that a trusted proxy has given it.
func (s *Server) requestID(c fiber.Ctx) string {
	if len(s.config.TrustedProxies) > 0 && c.IsProxyTrusted() {
		if id := c.Get("X-Request-Id"); id != "" && len(id) <= maxRequestID && strings.IndexFunc(id, notInID) < 0 {
			return id
		}
	}
	var id uuid.UUID // for the log: it need not be hard to guess
	binary.LittleEndian.PutUint64(id[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4
	return id.String()
}

func notInID(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("-_.:", r)
}

// answered counts a request and keeps it among the last ones. Under load, when answers are only sampled, it costs a
// fifth of a microsecond.
func (s *Server) answered(c fiber.Ctx, id string, start time.Time) {
	took, status := time.Since(start), c.Response().StatusCode()
	method, route := api.RouteOf(c)
	s.metrics.Answered(route, method, status, took)
	debug := s.config.Log.Enabled(c.Context(), slog.LevelDebug)
	if !debug && !s.requests.Keeps(status, start) {
		return
	}
	asked := api.AskedOf(c, route)
	q := observe.Request{
		ID: id, At: start.UTC().Truncate(time.Millisecond), Method: method, Path: asked.Path, Query: asked.Query, Route: route,
		Status: status, Seconds: took.Seconds(), IP: c.IP(), User: asked.User, Error: asked.Error,
	}
	if !c.Response().IsBodyStream() {
		q.Bytes = len(c.Response().Body())
	}
	s.requests.Add(q)
	if debug {
		s.config.Log.DebugContext(c.Context(), "answered", "method", method, "path", q.Path, "query", observe.Redact(q.Query),
			"status", status, "seconds", q.Seconds, "ip", q.IP, "user", q.User)
	}
}

// newMetrics returns the metrics of the server and its store.
func newMetrics(st *store.Store, open *connections) *observe.Metrics {
	m := observe.NewMetrics(store.Build())
	if engine, ok := st.Engine().(db.Observed); ok {
		m.Register(observe.Store(engine))
	}
	m.Gauge("couplet_feed_held_back_seconds", "Age of the oldest change that an open transaction keeps out of the feed.", func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), heldBackTime)
		defer cancel()
		held, err := st.FeedHeldBack(ctx)
		if err != nil || held.Changes == 0 { // what cannot be asked shows in the store's own metrics
			return 0
		}
		return st.Now().Sub(held.Since).Seconds()
	})
	m.Gauge("couplet_http_connections", "Connections that are open.", func() float64 { return float64(open.count()) })
	m.Gauge("couplet_http_connections_refused", "Connections refused since the start, for their address had too many.",
		func() float64 { return float64(open.refused.Load()) })
	return m
}

// newSeries returns what remembers how the server's figures went.
func (s *Server) newSeries() *observe.Series {
	from := observe.Sources{
		Connections: s.connections.count,
		Live:        func() int { return s.live.Count() },
		Cache:       func() (hits, misses uint64) { a := s.Answers(); return a.Hits, a.Misses },
		Writes:      func() uint64 { return 0 },
	}
	if engine, ok := s.store.Engine().(db.Observed); ok {
		from.Writes = func() uint64 { return engine.Stats().WriteSeconds.Count }
	}
	return observe.NewSeries(s.metrics, from, s.config.Clock)
}

// countAnswers adds what the cache of answers counts.
func (s *Server) countAnswers() {
	m := s.metrics
	m.Gauge("couplet_cache_hits", "Answers that came from memory since the start.", func() float64 { return float64(s.Answers().Hits) })
	m.Gauge("couplet_cache_misses", "Answers that were made, of those that may be kept.", func() float64 { return float64(s.Answers().Misses) })
	m.Gauge("couplet_cache_answers", "Answers that are kept, some of which may have changed.", func() float64 { return float64(s.Answers().Entries) })
	m.Gauge("couplet_cache_bytes", "Memory that they take.", func() float64 { return float64(s.Answers().Bytes) })
}

// showMetrics answers Prometheus: who shows the token for it, or a superuser. That somebody asks from loopback says
// nothing, since behind a proxy everybody does.
func (s *Server) showMetrics(c fiber.Ctx) error {
	shown, _ := strings.CutPrefix(c.Get("Authorization"), "Bearer ")
	token := s.config.MetricsToken
	if token == "" || subtle.ConstantTimeCompare([]byte(shown), []byte(token)) != 1 {
		if err := s.api.RequireSuperuser(c); err != nil {
			return s.api.Error(c, err)
		}
	}
	text, err := s.metrics.Text()
	if err != nil {
		return s.api.Error(c, rest.Internal(err))
	}
	c.Set("Content-Type", observe.ContentType)
	c.Set("Cache-Control", "no-store")
	return c.Send(text)
}
