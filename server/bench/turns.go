package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// serving starts a product, does something with it, and stops it.
func serving(ctx context.Context, p product, do func(*server) error) error {
	s, err := p.start(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.stop())
}

// fill starts a product on an empty folder and makes its tables and records.
func fill(ctx context.Context, o *options, p product) error {
	return serving(ctx, p, func(s *server) error {
		c := newClient(p.base())
		if err := p.setup(c); err != nil {
			return err
		}
		start := time.Now()
		if err := seed(c, p, o.rows, o.conns); err != nil {
			return err
		}
		fmt.Printf("%-11s filled in %.1f s, %.0f MB resident\n", p.name(), time.Since(start).Seconds(), s.memory().resident)
		return nil
	})
}

// turns measures a row with one product after the other, as many rounds as are wanted.
func turns(ctx context.Context, o *options, t *table, r row) error {
	for range max(o.rounds, 1) {
		for _, p := range t.products {
			if err := turn(ctx, o, t, r, p); err != nil {
				return fmt.Errorf("%s, %s: %w", p.name(), r.name, err)
			}
		}
	}
	return nil
}

// turn measures a row with one product, where that product has it, on a freshly started server.
func turn(ctx context.Context, o *options, t *table, r row, p product) error {
	if r.name == "start" {
		return coldStarts(ctx, o, t, r, p)
	}
	if collection := collectionOf[r.name]; collection != "" {
		if b, ok := p.(broadcaster); ok {
			return toAll(ctx, o, t, r, b, collection)
		}
		return nil
	}
	s, ok := p.scenario(r.name)
	if !ok {
		return nil
	}
	m, err := timed(ctx, o, p, s)
	if err == nil {
		t.add(r, p, m)
	}
	return err
}

// timed measures a scenario on a freshly started server.
func timed(ctx context.Context, o *options, p product, s scenario) (m measurement, err error) {
	err = serving(ctx, p, func(running *server) (err error) {
		m, err = measure(o, p, s)
		m.memory = running.memory()
		return err
	})
	return m, err
}

// toAll measures a fan-out, and with it what a live connection takes.
func toAll(ctx context.Context, o *options, t *table, r row, p broadcaster, collection string) error {
	var c *client
	if err := serving(ctx, p, func(*server) (err error) { c, err = connect(p); return err }); err != nil {
		return err
	}
	return serving(ctx, p, func(s *server) error {
		m, each, err := fanOut(ctx, o, p, s, c, collection)
		if err != nil {
			return err
		}
		m.memory = s.memory()
		t.add(r, p, m)
		t.keep(byName("connection"), p.name(), each)
		return nil
	})
}

// coldStarts takes the mean of some starts on the filled folder.
func coldStarts(ctx context.Context, o *options, t *table, r row, p product) error {
	var sum, slowest time.Duration
	for range o.starts {
		err := serving(ctx, p, func(s *server) error {
			sum, slowest = sum+s.ready, max(slowest, s.ready)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if o.starts > 0 {
		t.add(r, p, measurement{figure: ms(sum / time.Duration(o.starts)), p99: slowest})
	}
	return nil
}
