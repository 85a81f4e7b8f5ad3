package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Most of what a server holds are files' pages, and answers that are kept cost no garbage. So the heap is collected
// oftener than Go does by itself, which costs little and keeps it small, but not oftener than it has grown to
// smallHeap: that would cost much for next to nothing.
const (
	gcPercent = 40       // how much the heap grows before it is collected
	smallHeap = 20 << 20 // bytes
)

// tuneCollector sets how often the heap is collected, now and after each collection, unless GOGC says it.
func tuneCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	set := 0
	var tune func(struct{})
	tune = func(struct{}) {
		metrics.Read(live)
		if percent := growth(live[0].Value.Uint64()); percent != set {
			debug.SetGCPercent(percent)
			set = percent
		}
		type cycle struct{ _ [16]byte } // is garbage at once, so that its end is the next collection's
		runtime.AddCleanup(new(cycle), tune, struct{}{})
	}
	tune(struct{}{})
}

// growth is by how many per cent a heap of so many bytes may grow.
func growth(live uint64) int {
	if live == 0 {
		return 100 * smallHeap / (4 << 20) // Go's first collection is at 4 MB times this
	}
	return max(gcPercent, 100*(smallHeap-int(live))/int(live))
}
