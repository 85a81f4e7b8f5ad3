package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// table gathers measurements and prints them as they come. A ratio is Couplet's rate to that product's.
type table struct {
	products []product
	got      map[string]map[string]measurement
	highest  float64 // of Couplet's resident memory
}

func newTable(products []product) *table {
	fmt.Printf("\n%-27s", "")
	for i, p := range products {
		fmt.Printf("%12s  p50 ms  p99 ms      MB", p.name())
		if i > 0 {
			fmt.Print("   ratio")
		}
	}
	fmt.Println()
	return &table{products: products, got: map[string]map[string]measurement{}}
}

// add keeps the better of a product's turns, the one that was disturbed less.
func (t *table) add(scenario string, p product, m measurement) {
	if t.got[scenario] == nil {
		t.got[scenario] = map[string]measurement{}
	}
	if m.rate > t.got[scenario][p.name()].rate {
		t.got[scenario][p.name()] = m
	}
	if p == t.products[0] {
		t.highest = max(t.highest, m.memory.peak)
	}
}

func (t *table) print(scenario string) {
	fmt.Printf("%-27s", described[scenario])
	row := t.got[scenario]
	for i, p := range t.products {
		m := row[p.name()]
		fmt.Printf("%12s %7.2f %7.2f %7.0f", thousands(m.rate), ms(m.p50), ms(m.p99), m.memory.peak)
		if i > 0 {
			fmt.Printf("  %5.1fx", row[t.products[0].name()].rate/m.rate)
		}
	}
	fmt.Println()
}

// peak prints the highest resident memory and says whether it kept its promise.
func (t *table) peak() error {
	fmt.Printf("%-11s at most %.0f MB resident\n", t.products[0].name(), t.highest)
	if t.highest > 150 {
		return errors.New("resident memory went over 150 MB")
	}
	return nil
}

func thousands(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	var parts []string
	for len(s) > 3 {
		parts = append([]string{s[len(s)-3:]}, parts...)
		s = s[:len(s)-3]
	}
	return strings.Join(append([]string{s}, parts...), ",")
}

// many measures a page from very many rows: pages by number with a warm count, and by cursor.
func many(ctx context.Context, o *options, p product) error {
	before, err := pages(ctx, o, p)
	if err != nil {
		return err
	}
	s, err := p.start(ctx)
	if err != nil {
		return err
	}
	c, err := connect(p, o.conns)
	if err == nil {
		err = seedOne(c, p.create("articles"), o.large, o.conns)
	}
	if err := errors.Join(err, s.stop()); err != nil {
		return err
	}
	after, err := pages(ctx, o, p)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-27s%14s%14s%10s\n", "page of 25", "of "+thousands(float64(o.rows)), "of "+thousands(float64(o.rows+o.large)), "cost")
	for i, name := range []string{"by number", "by cursor"} {
		fmt.Printf("%-27s%14s%14s%9.2fx\n", name, thousands(before[i].rate), thousands(after[i].rate), before[i].rate/after[i].rate)
	}
	fmt.Println()
	return nil
}

func pages(ctx context.Context, o *options, p product) ([2]measurement, error) {
	var out [2]measurement
	for i, name := range []string{"list", "feed"} {
		m, err := one(ctx, o, p, name)
		if err != nil {
			return out, fmt.Errorf("%s: %w", name, err)
		}
		out[i] = m
	}
	return out, nil
}
