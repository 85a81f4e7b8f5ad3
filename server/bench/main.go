package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	couplet, database  string
	pocketbase, drf    string
	only               string
	warm, measured     time.Duration
	conns, rows, large int
	rounds, starts     int
}

func main() {
	var o options
	flag.StringVar(&o.couplet, "couplet", "./couplet", "the executable to measure")
	flag.StringVar(&o.pocketbase, "pocketbase", "", "PocketBase's executable, to compare with")
	flag.StringVar(&o.drf, "drf", "", "folder with a stack.sh that provides Django REST Framework, to compare with")
	flag.StringVar(&o.database, "database", "", "postgres:// URL of a server for the products' databases; empty: embedded SQLite")
	flag.StringVar(&o.only, "only", "", "scenarios to run, by name, with commas between; empty: all")
	flag.DurationVar(&o.warm, "warm", 2*time.Second, "load before each measurement")
	flag.DurationVar(&o.measured, "time", 10*time.Second, "length of each measurement")
	flag.IntVar(&o.rounds, "rounds", 1, "turns of each product in each scenario, of which the best counts: on a machine that others use")
	flag.IntVar(&o.conns, "conns", 32, "connections")
	flag.IntVar(&o.rows, "rows", 10_000, "articles to list from")
	flag.IntVar(&o.large, "large", 0, "further articles for the last part, such as 1000000: a page from many rows; 0 leaves it out")
	flag.IntVar(&o.starts, "starts", 5, "cold starts to time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, &o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o *options) (err error) {
	dir, err := os.MkdirTemp("", "couplet-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	dbs := &cluster{url: o.database}
	defer func() { err = errors.Join(err, dbs.drop()) }()
	products, err := o.products(ctx, dir, dbs)
	if err != nil {
		return err
	}
	fmt.Printf("%d connections, %s each after %s, %d articles; load and server share %s\n\n",
		o.conns, o.measured, o.warm, o.rows, cores())
	for _, p := range products {
		if err := fill(ctx, o, p); err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
	}
	if err := dbs.settle(ctx); err != nil {
		return err
	}
	t := newTable(products)
	for _, name := range scenarioNames {
		if o.only != "" && !strings.Contains(","+o.only+",", ","+name+",") {
			continue
		}
		if err := turns(ctx, o, t, name); err != nil {
			return err
		}
		t.print(name)
	}
	if o.large > 0 {
		if err := many(ctx, o, products[0]); err != nil {
			return err
		}
	}
	return errors.Join(coldStarts(ctx, o, products), t.peak())
}

// products are Couplet and those to compare it with.
func (o *options) products(ctx context.Context, dir string, dbs *cluster) ([]product, error) {
	database, err := dbs.create(ctx, "couplet")
	if err != nil {
		return nil, err
	}
	all := []product{newCouplet(o.couplet, dir, database)}
	if o.pocketbase != "" {
		if o.database != "" {
			return nil, errors.New("-pocketbase: PocketBase has no PostgreSQL to compare with")
		}
		all = append(all, newPocketBase(o.pocketbase, dir))
	}
	if o.drf != "" {
		if database, err = dbs.create(ctx, "drf"); err != nil {
			return nil, err
		}
		all = append(all, newDRF(o.drf, dir, database))
	}
	return all, nil
}

// fill starts a product on an empty folder, makes its tables and records, and stops it.
func fill(ctx context.Context, o *options, p product) error {
	s, err := p.start(ctx)
	if err != nil {
		return err
	}
	c := newClient(p.base(), o.conns)
	err = p.setup(c)
	if err == nil {
		start := time.Now()
		if err = seed(c, p, o.rows, o.conns); err == nil {
			fmt.Printf("%-11s filled in %.1f s, %.0f MB resident\n", p.name(), time.Since(start).Seconds(), s.memory().resident)
		}
	}
	return errors.Join(err, s.stop())
}

// turns measures a scenario with one product after the other, as many rounds as are wanted.
func turns(ctx context.Context, o *options, t *table, name string) error {
	for range max(o.rounds, 1) {
		for _, p := range t.products {
			m, err := one(ctx, o, p, name)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", p.name(), name, err)
			}
			t.add(name, p, m)
		}
	}
	return nil
}

// one measures a scenario on a freshly started server.
func one(ctx context.Context, o *options, p product, name string) (measurement, error) {
	s, err := p.start(ctx)
	if err != nil {
		return measurement{}, err
	}
	m, err := measure(o, p, p.scenario(name))
	m.memory = s.memory()
	return m, errors.Join(err, s.stop())
}

func coldStarts(ctx context.Context, o *options, products []product) error {
	for _, p := range products {
		var best, sum time.Duration
		for i := range o.starts {
			s, err := p.start(ctx)
			if err != nil {
				return err
			}
			if sum += s.ready; i == 0 || s.ready < best {
				best = s.ready
			}
			if err := s.stop(); err != nil {
				return err
			}
		}
		if o.starts > 0 {
			fmt.Printf("%-11s first answer %.0f ms after start (mean of %d; best %.0f ms)\n", p.name(),
				ms(sum/time.Duration(o.starts)), o.starts, ms(best))
		}
	}
	return nil
}
