package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// request is one kind of request. Path and body may hold {n} (a new number) and {id} (a random article).
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

// measurement is what a scenario yielded.
type measurement struct {
	rate     float64
	p50, p99 time.Duration
	memory   memory
}

// client sends requests to one server.
type client struct {
	http  *fasthttp.HostClient
	host  string
	token string // value of the Authorization header
	ids   []string
	next  atomic.Int64
}

func newClient(base string, conns int) *client {
	host := strings.TrimPrefix(base, "http://")
	return &client{host: host, http: &fasthttp.HostClient{
		Addr: host, MaxConns: conns, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		NoDefaultUserAgentHeader: true, DisablePathNormalizing: true,
	}}
}

func (c *client) fill(req *fasthttp.Request, r request) {
	expand := func(s string) string {
		if strings.Contains(s, "{id}") && len(c.ids) > 0 {
			s = strings.ReplaceAll(s, "{id}", c.ids[rand.IntN(len(c.ids))])
		}
		if strings.Contains(s, "{n}") {
			n := c.next.Add(1)
			s = strings.NewReplacer("{n}", fmt.Sprint(n), "{views}", fmt.Sprint(n*7919%1000), "{status}", statuses[n%3]).Replace(s)
		}
		return s
	}
	req.Reset()
	req.Header.SetMethod(r.method)
	req.SetRequestURI("http://" + c.host + expand(r.path))
	req.Header.Set("Accept", "application/json")
	if r.auth {
		req.Header.Set("Authorization", c.token)
	}
	if r.body != "" {
		req.Header.SetContentType("application/json")
		req.SetBodyString(expand(r.body))
	}
}

var statuses = []string{"draft", "published", "published"}

// call sends one request and returns the body of its answer.
func (c *client) call(r request) ([]byte, error) {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	c.fill(req, r)
	if err := c.http.Do(req, res); err != nil {
		return nil, err
	}
	if res.StatusCode() != r.status {
		return nil, fmt.Errorf("%s %s: status %d, want %d: %.300s", r.method, req.URI().PathOriginal(), res.StatusCode(), r.status, res.Body())
	}
	return bytes.Clone(res.Body()), nil
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
	c, err := connect(p, o.conns)
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
	m := measurement{rate: float64(len(all)) / time.Since(start).Seconds()}
	slices.Sort(all)
	m.p50, m.p99 = all[len(all)/2], all[len(all)*99/100]
	return m, nil
}

// drive sends the request from every connection, one after another in each, and returns how long each took.
func (c *client) drive(r request, conns int, d time.Duration) ([]time.Duration, error) {
	end := time.Now().Add(d)
	return c.each(conns, func() (request, bool) { return r, time.Now().Before(end) })
}

// each sends what next yields from conns connections until there is no more, or one fails.
func (c *client) each(conns int, next func() (request, bool)) ([]time.Duration, error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var stop atomic.Bool
	for range conns {
		wg.Go(func() {
			took, err := c.worker(next, &stop)
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
		failed = fmt.Errorf("no request was answered")
	}
	return all, failed
}

func (c *client) worker(next func() (request, bool), stop *atomic.Bool) ([]time.Duration, error) {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	var took []time.Duration
	for !stop.Load() {
		r, more := next()
		if !more {
			break
		}
		c.fill(req, r)
		start := time.Now()
		if err := c.http.Do(req, res); err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
		if res.StatusCode() != r.status {
			return took, fmt.Errorf("%s %s: status %d, want %d: %.300s", r.method, r.path, res.StatusCode(), r.status, res.Body())
		}
	}
	return took, nil
}
