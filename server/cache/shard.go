package cache

import "sync"

// shard is a part of a cache: a map, and a ring in which a hand looks for what was not used since it came by last (the
// CLOCK algorithm).
type shard[A any] struct {
	mu    sync.RWMutex
	byKey map[string]int // places in the ring
	ring  []*entry[A]    // nil: free
	free  []int
	hand  int
	bytes int64
	bound int64
}

func (s *shard[A]) init(bound int64) { s.byKey, s.bound = map[string]int{}, bound }

func (s *shard[A]) find(key []byte) *entry[A] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	at, ok := s.byKey[string(key)]
	if !ok {
		return nil
	}
	e := s.ring[at]
	if !e.used.Load() {
		e.used.Store(true)
	}
	return e
}

// insert puts an entry in the place of one with the same key, or where there is room. One that would take an eighth of
// the shard is not worth it.
func (s *shard[A]) insert(e *entry[A]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.byKey[e.key]; ok {
		s.remove(at)
	}
	if e.size > s.bound/8 {
		return
	}
	for s.bytes+e.size > s.bound {
		s.evict()
	}
	at := len(s.ring)
	if n := len(s.free); n > 0 {
		at, s.free = s.free[n-1], s.free[:n-1]
	} else {
		s.ring = append(s.ring, nil)
	}
	s.ring[at], s.byKey[e.key] = e, at
	s.bytes += e.size
}

// evict removes the next entry that was not used since the hand came by. There is one.
func (s *shard[A]) evict() {
	for {
		s.hand = (s.hand + 1) % len(s.ring)
		e := s.ring[s.hand]
		if e != nil && !e.used.Swap(false) {
			s.remove(s.hand)
			return
		}
	}
}

func (s *shard[A]) remove(at int) {
	e := s.ring[at]
	s.ring[at] = nil
	s.free = append(s.free, at)
	delete(s.byKey, e.key)
	s.bytes -= e.size
}

func (s *shard[A]) holds() (entries int, bytes int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.byKey), s.bytes
}
