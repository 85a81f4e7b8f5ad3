package auth

import "sync"

// cache is a bounded map that forgets what was not asked for lately: two generations, the older dropped when the
// younger is half full. It is safe for concurrent use.
type cache[K comparable, V any] struct {
	mu         sync.RWMutex
	young, old map[K]V
	half       int
}

func newCache[K comparable, V any](size int) *cache[K, V] {
	return &cache[K, V]{young: map[K]V{}, half: max(size/2, 1)}
}

func (c *cache[K, V]) get(k K) (V, bool) {
	c.mu.RLock()
	v, ok := c.young[k]
	if ok {
		c.mu.RUnlock()
		return v, true
	}
	_, ok = c.old[k]
	c.mu.RUnlock()
	if !ok {
		return v, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok = c.old[k]; ok { // still: what was removed meanwhile must not come back
		c.insert(k, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(k K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.insert(k, v)
}

func (c *cache[K, V]) insert(k K, v V) {
	if len(c.young) >= c.half {
		c.old, c.young = c.young, make(map[K]V, c.half/4)
	}
	c.young[k] = v
}

func (c *cache[K, V]) remove(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.young, k)
	delete(c.old, k)
}

// removeIf forgets every entry that drop wants dropped.
func (c *cache[K, V]) removeIf(drop func(K, V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range []map[K]V{c.young, c.old} {
		for k, v := range m {
			if drop(k, v) {
				delete(m, k)
			}
		}
	}
}

func (c *cache[K, V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old = map[K]V{}, nil
}
