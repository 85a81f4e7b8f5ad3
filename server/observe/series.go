package observe

import (
	"context"
	"math"
	"runtime/metrics"
	"slices"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/couplet/couplet/server/clock"
)

// The ranges of which a server remembers its own figures: how often they are taken, and how many are kept.
var ranges = []struct {
	name  string
	step  time.Duration
	count int
}{{"1h", 10 * time.Second, 360}, {"1d", 5 * time.Minute, 288}}

// Names of the figures. Requests, errors and writes are by second, times in seconds, sizes in bytes, cache_hits a share.
var figures = []string{"requests", "errors", "p50", "p95", "memory", "heap", "goroutines", "connections", "live", "cache_hits", "writes"}

// Sources are what else a server counts than Metrics does.
type Sources struct {
	Connections, Live func() int
	Cache             func() (hits, misses uint64)
	Writes            func() uint64
}

// Series remembers how the figures of a server went, in memory. It is safe for concurrent use.
type Series struct {
	metrics *Metrics
	sources Sources
	clock   clock.Clock
	mu      sync.Mutex
	tracks  []*track
}

// track is the figures of one range: of each step one point, in the place that its number gives it.
type track struct {
	step   time.Duration
	points []point
	last   int64 // number of the newest point
	before counted
}

type point struct {
	number int64 // of the step that ends with it, since 1970
	values map[string]float64
}

// counted is what only grows, as of a moment.
type counted struct {
	at               time.Duration // by the steady clock
	requests, errors float64
	buckets          map[float64]float64 // answers that took at most so long
	hits, misses     uint64
	writes           uint64
}

// NewSeries returns Series that hold nothing yet; Run fills them.
func NewSeries(m *Metrics, s Sources, c clock.Clock) *Series {
	out := &Series{metrics: m, sources: s, clock: c}
	for _, r := range ranges {
		out.tracks = append(out.tracks, &track{step: r.step, points: make([]point, r.count)})
	}
	return out
}

// Run takes the figures at the end of every step until the context ends.
func (s *Series) Run(ctx context.Context) {
	now := s.counted()
	s.mu.Lock()
	for _, t := range s.tracks {
		t.before = now
	}
	s.mu.Unlock()
	shortest := ranges[0].step
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.clock.Until(s.clock.Now().Truncate(shortest).Add(shortest)):
			s.take()
		}
	}
}

// take notes a point in every range one of whose steps has ended.
func (s *Series) take() {
	now, values, count := s.clock.Now(), s.levels(), s.counted()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tracks {
		number := now.UnixNano() / int64(t.step)
		if number == t.last {
			continue
		}
		p := point{number, rates(t.before, count)}
		for name, v := range values {
			p.values[name] = v
		}
		t.points[number%int64(len(t.points))], t.last, t.before = p, number, count
	}
}

// levels are the figures that are what they are at the moment.
func (s *Series) levels() map[string]float64 {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	metrics.Read(samples)
	out := map[string]float64{
		"heap": float64(samples[0].Value.Uint64()), "goroutines": float64(samples[1].Value.Uint64()),
		"connections": float64(s.sources.Connections()), "live": float64(s.sources.Live()),
	}
	if resident := s.metrics.resident(); resident > 0 {
		out["memory"] = resident
	}
	return out
}

func (s *Series) counted() counted {
	c := counted{at: s.clock.Steady(), buckets: map[float64]float64{}, writes: s.sources.Writes()}
	c.hits, c.misses = s.sources.Cache()
	s.metrics.answers(func(status string, n float64) {
		c.requests += n
		if status >= "500" {
			c.errors += n
		}
	}, func(h *dto.Histogram) {
		for _, b := range h.GetBucket() {
			c.buckets[b.GetUpperBound()] += float64(b.GetCumulativeCount())
		}
		c.buckets[math.Inf(1)] += float64(h.GetSampleCount())
	})
	return c
}

// rates are the figures of what happened between two moments. What did not happen has no quantile and no share.
func rates(a, b counted) map[string]float64 {
	seconds := max((b.at - a.at).Seconds(), 0.001)
	out := map[string]float64{
		"requests": (b.requests - a.requests) / seconds, "errors": (b.errors - a.errors) / seconds,
		"writes": float64(b.writes-a.writes) / seconds,
	}
	if hits, all := b.hits-a.hits, b.hits-a.hits+b.misses-a.misses; all > 0 {
		out["cache_hits"] = float64(hits) / float64(all)
	}
	if b.buckets[math.Inf(1)] > a.buckets[math.Inf(1)] {
		out["p50"], out["p95"] = quantile(0.5, a.buckets, b.buckets), quantile(0.95, a.buckets, b.buckets)
	}
	return out
}

// quantile estimates, as Prometheus does, from how many answers took at most how long.
func quantile(q float64, a, b map[float64]float64) float64 {
	bounds := make([]float64, 0, len(b))
	for bound := range b {
		bounds = append(bounds, bound)
	}
	slices.Sort(bounds)
	wanted := q * (b[math.Inf(1)] - a[math.Inf(1)])
	from, below := 0.0, 0.0
	for _, to := range bounds {
		upTo := b[to] - a[to]
		if upTo >= wanted && !math.IsInf(to, 1) {
			return from + (to-from)*(wanted-below)/(upTo-below)
		}
		if math.IsInf(to, 1) {
			break
		}
		from, below = to, upTo
	}
	return from // longer than the last bound
}

// History is the figures of a range. Point i ends at Start + (i+1)·Step seconds.
type History struct {
	Range  string                `json:"range" openapi:"enum=1h|1d"`
	Step   int                   `json:"step" doc:"Seconds."`
	Start  time.Time             `json:"start"`
	End    time.Time             `json:"end"`
	Series map[string][]*float64 `json:"series" doc:"Null where nothing was measured, or nothing happened."`
}

// Ranges are the names of the ranges; the first is the usual one.
func Ranges() []string {
	out := []string{}
	for _, r := range ranges {
		out = append(out, r.name)
	}
	return out
}

// Of returns the figures of a range, or nil where there is none of that name.
func (s *Series) Of(name string) *History {
	i := slices.Index(Ranges(), name)
	if i < 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tracks[i]
	last, count := t.last, len(t.points)
	if last == 0 { // nothing yet
		last = s.clock.Now().UnixNano() / int64(t.step)
	}
	at := func(number int64) time.Time { return time.Unix(0, number*int64(t.step)).UTC() }
	h := &History{name, int(t.step.Seconds()), at(last - int64(count)), at(last), map[string][]*float64{}}
	for _, figure := range figures {
		list := make([]*float64, count)
		for i := range list {
			number := last - int64(count) + int64(i) + 1
			p := &t.points[number%int64(count)]
			if v, there := p.values[figure]; there && p.number == number {
				list[i] = &v
			}
		}
		h.Series[figure] = list
	}
	return h
}
