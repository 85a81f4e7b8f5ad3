//go:build linux

package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// soakTime is how long the soak goes on: 20 s without it (make soak SOAK=10m).
const soakTime = "COUPLET_SOAK"

// TestSoak holds that a server under mixed work (writes of every kind, changes of the schema, lists, log-ins, live
// clients that come and go) needs no more memory and goroutines as time passes, and that all that it acknowledged is
// there in the end.
func TestSoak(t *testing.T) {
	length := 20 * time.Second
	if text := os.Getenv(soakTime); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s: %v", soakTime, err)
		}
	}
	c := newCrash(t, 0)
	c.serve()
	defer c.kill()
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	s := &soak{crash: c}
	s.work(ctx)
	if !raced { // its own memory grows with every address that was ever used
		level(t, "MB of memory", s.samples, func(p needs) float64 { return float64(p.memory) / (1 << 20) }, 16)
	}
	level(t, "goroutines", s.samples, func(p needs) float64 { return float64(p.goroutines) }, 25)
	t.Logf("%d writes, %d requests beside them, %d messages to live clients", s.acknowledged(), s.asked.Load(), s.told.Load())
	if s.acknowledged() == 0 || s.asked.Load() == 0 || s.told.Load() == 0 {
		t.Error("something did not work at all")
	}
	c.checkStored()
}

// soak is a server that works for long.
type soak struct {
	*crash
	samples []needs
	asked   atomic.Int64
	told    atomic.Int64
}

// needs are what the server needs at a time.
type needs struct {
	memory     int64
	goroutines int
}

// work lets everybody work until the context ends.
func (s *soak) work(ctx context.Context) {
	var all sync.WaitGroup
	for _, w := range []struct {
		next func() *deed
		pace time.Duration
	}{
		{s.orders(), 10 * time.Millisecond}, {s.batches(), 25 * time.Millisecond}, {s.uploads(), 50 * time.Millisecond},
		{s.imports(), 200 * time.Millisecond}, {s.schemas(), 2 * time.Second},
	} {
		all.Go(func() { every(ctx, w.pace, func() { s.write(w.next) }) })
	}
	for i := range 4 {
		all.Go(func() { every(ctx, 5*time.Millisecond, func() { s.read(i) }) })
	}
	all.Go(func() { every(ctx, 200*time.Millisecond, s.logIn) })
	for range 20 {
		all.Go(func() { s.subscribe(ctx) })
	}
	all.Go(func() { every(ctx, time.Second, s.sample) })
	all.Wait()
}

// every does something again and again until the context ends.
func every(ctx context.Context, pace time.Duration, fn func()) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			fn()
		}
	}
}

func (s *soak) write(next func() *deed) {
	if d := next(); d == nil || !s.do(d) {
		s.t.Error("a write is not answered")
	}
}

func (s *soak) read(i int) {
	n := s.asked.Add(1)
	for _, path := range []string{
		fmt.Sprintf("/api/orders/?page_size=25&page=%d", 1+n%3), "/api/_/records/lines/count/", "/api/_/changes/?limit=10", "/api/schema/",
	}[i : i+1] {
		if status, text, err := s.send("GET", path, "", ""); err != nil || status >= 500 {
			s.t.Errorf("%s: %d %.200s %v", path, status, text, err)
		}
	}
}

func (s *soak) logIn() {
	s.asked.Add(1)
	status, text, err := s.send("POST", "/api/token/", asJSON, `{"username":"root","password":"a-good-Pass-123"}`)
	if err != nil || status >= 500 {
		s.t.Errorf("log-in: %d %.200s %v", status, text, err)
	}
}

// subscribe is a live client that loses its connection every few seconds.
func (s *soak) subscribe(ctx context.Context) {
	cursor := ""
	for ctx.Err() == nil {
		ws, status, err := s.root.dialLive("")
		if err != nil {
			s.t.Errorf("live: %d %v", status, err)
			return
		}
		lost, cancel := context.WithTimeout(ctx, 5*time.Second)
		cursor = s.follow(lost, ws, cursor)
		cancel()
		_ = ws.CloseNow()
	}
}

func (s *soak) follow(ctx context.Context, ws *websocket.Conn, cursor string) string {
	ws.SetReadLimit(1 << 20)
	for begin := true; ; {
		if begin {
			frame := encoded(s.t, map[string]string{"op": "subscribe", "id": "a", "path": "/api/orders/?page_size=10", "from": cursor})
			if ws.Write(ctx, websocket.MessageText, []byte(frame)) != nil {
				return cursor
			}
		}
		_, text, err := ws.Read(ctx)
		if err != nil {
			return cursor
		}
		var f liveFrame
		if err := json.Unmarshal(text, &f); err != nil {
			s.t.Error(err)
		}
		s.told.Add(1)
		cursor, begin = f.Cursor, f.Op == "reset"
	}
}

var goroutines = regexp.MustCompile(`(?m)^go_goroutines (\d+)`)

func (s *soak) sample() {
	_, text, err := s.send("GET", "/metrics", "", "")
	m := goroutines.FindStringSubmatch(text)
	if err != nil || m == nil {
		s.t.Errorf("/metrics: %v %.200s", err, text)
		return
	}
	n, _ := strconv.Atoi(m[1])
	s.samples = append(s.samples, needs{s.resident(), n})
}

// level holds that the last third of the samples is about as high as the one before.
func level(t *testing.T, what string, samples []needs, of func(needs) float64, slack float64) {
	t.Helper()
	third := len(samples) / 3
	if third == 0 {
		t.Fatal("there are too few samples")
	}
	mean := func(list []needs) (sum float64) {
		for _, p := range list {
			sum += of(p)
		}
		return sum / float64(len(list))
	}
	before, after := mean(samples[third:2*third]), mean(samples[2*third:])
	t.Logf("%s: %.0f in the middle third, %.0f in the last", what, before, after)
	if after > before*1.1+slack {
		t.Errorf("%s rise from %.0f to %.0f", what, before, after)
	}
}
