package main

import (
	"context"
	"errors"
	"fmt"
)

// many measures a page from very many rows: pages by number with a warm count, and by cursor.
func many(ctx context.Context, o *options, p product) error {
	before, err := pages(ctx, o, p)
	if err != nil {
		return err
	}
	err = serving(ctx, p, func(*server) error {
		c, err := connect(p)
		if err != nil {
			return err
		}
		return seedOne(c, p.create("articles"), o.large, o.conns)
	})
	if err != nil {
		return err
	}
	after, err := pages(ctx, o, p)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-32s%14s%14s%10s\n", "page of 25", "of "+thousands(float64(o.rows)), "of "+thousands(float64(o.rows+o.large)), "cost")
	for i, name := range []string{"by number", "by cursor"} {
		fmt.Printf("%-32s%14s%14s%9.2fx\n", name, thousands(before[i].figure), thousands(after[i].figure), before[i].figure/after[i].figure)
	}
	return nil
}

func pages(ctx context.Context, o *options, p product) ([2]measurement, error) {
	var out [2]measurement
	for i, name := range []string{"list", "feed"} {
		s, ok := p.scenario(name)
		if !ok {
			return out, errors.New(name + ": not a scenario of " + p.name())
		}
		m, err := timed(ctx, o, p, s)
		if err != nil {
			return out, fmt.Errorf("%s: %w", name, err)
		}
		out[i] = m
	}
	return out, nil
}
