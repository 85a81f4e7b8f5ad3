package cache

import "sync/atomic"

// door lets in what was at it before. Most answers that are asked for once, as those to a search, are never asked for
// again: to keep them would cost time, and room that others need. (Bloom filters at a cache's door are called
// doorkeepers.)
type door [1 << 12]atomic.Uint32

// again reports whether a key of this hash was at the door before, with few others of its place since.
func (d *door) again(hash uint64) bool {
	mark := uint32(hash>>32) | 1 // not zero: nobody
	return d[hash%uint64(len(d))].Swap(mark) == mark
}
