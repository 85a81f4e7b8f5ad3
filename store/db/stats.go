package db

import (
	"math"
	"sync/atomic"
)

// Observed is an engine that counts what it does.
type Observed interface {
	Stats() Stats
}

// Stats is what an engine does now and has done since it was opened.
type Stats struct {
	Queue                 int    // writes that wait
	ReadersInUse, Readers int    // connections that read: at work, and at most
	Groups                Counts // writes that shared one commit
	WriteSeconds          Counts // from being queued to being on disk
	Bytes, LogBytes       int64  // of the database and of its write-ahead log; 0 where they are elsewhere
}

// Histogram counts values by size. It is safe for concurrent use.
type Histogram struct {
	bounds []float64
	counts []atomic.Uint64 // one for each bound, and one for what is above
	sum    atomic.Uint64   // bits of a float
}

// NewHistogram returns a Histogram with these upper bounds, which ascend.
func NewHistogram(bounds ...float64) *Histogram {
	return &Histogram{bounds: bounds, counts: make([]atomic.Uint64, len(bounds)+1)}
}

// Add counts a value.
func (h *Histogram) Add(v float64) {
	i := 0
	for i < len(h.bounds) && v > h.bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	for {
		old := h.sum.Load()
		if h.sum.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+v)) {
			return
		}
	}
}

// Counts is the state of a Histogram.
type Counts struct {
	Count uint64
	Sum   float64
	UpTo  map[float64]uint64 // how many values were at most each bound
}

// Counts returns the state of the histogram.
func (h *Histogram) Counts() Counts {
	c := Counts{UpTo: make(map[float64]uint64, len(h.bounds)), Sum: math.Float64frombits(h.sum.Load())}
	for i := range h.counts {
		c.Count += h.counts[i].Load()
		if i < len(h.bounds) {
			c.UpTo[h.bounds[i]] = c.Count
		}
	}
	return c
}
