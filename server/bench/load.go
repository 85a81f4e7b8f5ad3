package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// request is one kind of request. Path and body are templates.
type request struct {
	method, path, body string
	auth               bool
	status             int
}

// scenario is a request to be timed, and how to tell that its answer is right.
type scenario struct {
	request
	items    string // path to the list in the answer
	count    int    // how many items it has
	contains string
}

// client sends requests to one server.
type client struct {
	host  string
	token string // value of the Authorization header
	ids   []string
	next  atomic.Int64
}

func newClient(base string) *client { return &client{host: strings.TrimPrefix(base, "http://")} }

// call sends one request and returns the body of its answer.
func (c *client) call(r request) ([]byte, error) {
	to := newConn(c.host)
	defer to.close()
	status, err := to.do(newMessage(r, c.host, c.token).append(nil, c), true)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if status != r.status {
		return nil, fmt.Errorf("%s %s: status %d, want %d: %.300s", r.method, r.path, status, r.status, to.kept.Bytes())
	}
	return bytes.Clone(to.kept.Bytes()), nil
}

// check holds a scenario's answer against what it promises.
func (c *client) check(s scenario) error {
	body, err := c.call(s.request)
	if err != nil {
		return err
	}
	if !bytes.Contains(body, []byte(s.contains)) {
		return fmt.Errorf("%q is not in %.200s", s.contains, body)
	}
	if s.items == "" {
		return nil
	}
	var answer map[string]json.RawMessage
	var items []json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	if err := json.Unmarshal(answer[s.items], &items); err != nil || len(items) != s.count {
		return fmt.Errorf("%d items, want %d: %.200s", len(items), s.count, body)
	}
	return nil
}

// measure checks a scenario, warms up, and times it.
func measure(o *options, p product, s scenario) (measurement, error) {
	c, err := connect(p)
	if err != nil {
		return measurement{}, err
	}
	if err := c.check(s); err != nil {
		return measurement{}, err
	}
	if _, err := c.drive(s.request, o.conns, o.warm); err != nil {
		return measurement{}, err
	}
	start := time.Now()
	all, err := c.drive(s.request, o.conns, o.measured)
	if err != nil {
		return measurement{}, err
	}
	m := measurement{figure: float64(len(all)) / time.Since(start).Seconds()}
	slices.Sort(all)
	m.p99 = all[len(all)*99/100]
	return m, nil
}

// drive sends the request from every connection, one after another in each, and returns how long each took.
func (c *client) drive(r request, conns int, d time.Duration) ([]time.Duration, error) {
	end := time.Now().Add(d)
	return c.each(r, conns, func() bool { return time.Now().Before(end) })
}

// each sends the request from conns connections as long as more says, or until one fails.
func (c *client) each(r request, conns int, more func() bool) ([]time.Duration, error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var stop atomic.Bool
	for range conns {
		wg.Go(func() {
			took, err := c.worker(r, func() bool { return !stop.Load() && more() })
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			if err != nil && failed == nil {
				failed = err
				stop.Store(true)
			}
		})
	}
	wg.Wait()
	if failed == nil && len(all) == 0 {
		failed = errors.New("no request was answered")
	}
	return all, failed
}

func (c *client) worker(r request, more func() bool) ([]time.Duration, error) {
	to, m := newConn(c.host), newMessage(r, c.host, c.token)
	defer to.close()
	var took []time.Duration
	for more() {
		to.out = m.append(to.out[:0], c)
		start := time.Now()
		status, err := to.do(to.out, false)
		if err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
		if status != r.status {
			return took, fmt.Errorf("%s %s: status %d, want %d", r.method, r.path, status, r.status)
		}
	}
	return took, nil
}
