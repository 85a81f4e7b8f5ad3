package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// broadcaster is a product that tells clients of changes.
type broadcaster interface {
	product
	// follow opens a live connection to a collection, as who the client has logged in as, and returns once it is told
	// of every change. From then on got has each message that comes, until the context ends.
	follow(ctx context.Context, c *client, collection string, got func(message []byte)) error
}

// How a fan-out is timed.
const (
	opening    = 32 // connections that are being opened at once
	rehearsals = 3  // writes before those that are timed
	writes     = 20
	settling   = 200 * time.Millisecond // between two writes
	delivery   = 10 * time.Second       // for one write to reach everybody
)

// fanOut times how long a new record takes to reach the last of many live connections, from before it is sent: the
// median of 20 writes. What one connection costs is what the server's own memory grows by from its start on, divided: what
// a log-in has left behind would hide some of it, hence the client that comes with one.
func fanOut(ctx context.Context, o *options, p broadcaster, s *server, c *client, collection string) (m, each measurement, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	before := s.memory().own
	arrived := make(chan arrival, o.subscribers)
	if err := subscribe(ctx, c, p, collection, o.subscribers, arrived); err != nil {
		return m, each, err
	}
	time.Sleep(10 * settling) // what opening them has left behind is gone
	each.figure = (s.memory().own - before) * 1000 / float64(o.subscribers)
	r := p.create(collection)
	r.body = strings.Replace(r.body, "Article number {n}", "[[{n}]]", 1)
	var last []time.Duration
	for i := range rehearsals + writes {
		took, err := c.announce(r, o.subscribers, arrived)
		if err != nil {
			return m, each, err
		}
		if i >= rehearsals {
			last = append(last, took)
		}
		time.Sleep(settling)
	}
	slices.Sort(last)
	m.figure, m.p99 = ms(last[len(last)/2]), last[len(last)-1]
	return m, each, nil
}

// arrival is the moment at which a connection was told of the record with a number.
type arrival struct {
	number int64
	at     time.Time
}

// subscribe opens n live connections, of which each sends on arrived.
func subscribe(ctx context.Context, c *client, p broadcaster, collection string, n int, arrived chan<- arrival) error {
	var wg sync.WaitGroup
	turn, errs := make(chan struct{}, opening), make(chan error, n)
	for range n {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			errs <- p.follow(ctx, c, collection, func(message []byte) {
				at := time.Now()
				if number, ok := announced(message); ok {
					arrived <- arrival{number, at}
				}
			})
		})
	}
	wg.Wait()
	close(errs)
	failed, first := 0, error(nil)
	for err := range errs {
		if err != nil {
			failed, first = failed+1, errors.Join(first, err)
		}
		if failed > 1 {
			return fmt.Errorf("some live connections could not be opened: %w", first)
		}
	}
	return first
}

// announced is the number in a message's "[[123]]".
func announced(message []byte) (int64, bool) {
	_, rest, found := bytes.Cut(message, []byte("[["))
	text, _, ended := bytes.Cut(rest, []byte("]]"))
	number, err := strconv.ParseInt(string(text), 10, 64)
	return number, found && ended && err == nil
}

// announce creates a record and returns how long it took to reach the last of n connections.
func (c *client) announce(r request, n int, arrived <-chan arrival) (time.Duration, error) {
	number := c.next.Load() + 1
	start, limit := time.Now(), time.After(delivery)
	if _, err := c.call(r); err != nil {
		return 0, err
	}
	var last time.Duration
	for told := 0; told < n; {
		select {
		case a := <-arrived:
			if a.number == number {
				told, last = told+1, max(last, a.at.Sub(start))
			}
		case <-limit:
			return 0, fmt.Errorf("%d of %d live connections were told of a new record within %s", told, n, delivery)
		}
	}
	return last, nil
}
