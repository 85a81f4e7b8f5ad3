package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
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
	subscribers        int
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
	flag.IntVar(&o.subscribers, "subscribers", 1000, "live connections that are told of a new record")
	bareAddr := flag.String("bare", "", "serve the answers in the file that is the argument at this address, and nothing else: bare Fiber, which bench starts itself")
	flag.Parse()
	if *bareAddr != "" {
		exit(serveBare(*bareAddr, flag.Arg(0)))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(run(ctx, &o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
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
	fmt.Printf("%d connections, %s each after %s, %d records; load and server share %s\n\n",
		o.conns, o.measured, o.warm, o.rows, machine())
	for _, p := range products {
		if err := fill(ctx, o, p); err != nil {
			return fmt.Errorf("%s: %w", p.name(), err)
		}
	}
	if err := dbs.settle(ctx); err != nil {
		return err
	}
	if products, err = beside(ctx, dir, products); err != nil {
		return err
	}
	t := newTable(products)
	for _, r := range rows {
		if o.only == "" || slices.Contains(strings.Split(o.only, ","), r.name) {
			if err := turns(ctx, o, t, r); err != nil {
				return err
			}
		}
		t.print(r)
	}
	if o.large > 0 {
		return many(ctx, o, products[0])
	}
	return nil
}

// beside puts bare Fiber, which gives Couplet's answers back, beside the products.
func beside(ctx context.Context, dir string, products []product) ([]product, error) {
	b := newBare(dir)
	err := serving(ctx, products[0], func(*server) error {
		c, err := connect(products[0])
		if err != nil {
			return err
		}
		return b.learn(c)
	})
	return slices.Insert(products, 1, product(b)), err
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
