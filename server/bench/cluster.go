package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// cluster is the PostgreSQL server of a run, on which every product has a database of its own. Without a URL there is
// none, and the products keep their data in files.
type cluster struct {
	url       string
	databases []string // their names
}

// create makes an empty database for a product and returns its URL.
func (c *cluster) create(ctx context.Context, product string) (string, error) {
	if c.url == "" {
		return "", nil
	}
	name := "bench_" + product
	if err := c.run(ctx, "", "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	c.databases = append(c.databases, name)
	return c.at(name)
}

// settle leaves behind a fill what PostgreSQL would have made of it a minute later: statistics, and pages to read from
// the index alone.
func (c *cluster) settle(ctx context.Context) error {
	for _, name := range c.databases {
		if err := c.run(ctx, name, "VACUUM ANALYZE"); err != nil {
			return err
		}
	}
	return nil
}

// drop removes the databases that were created. It does so after an interrupt too, hence without a context.
func (c *cluster) drop() error {
	var all error
	for _, name := range c.databases {
		all = errors.Join(all, c.run(context.Background(), "", "DROP DATABASE "+name+" WITH (FORCE)"))
	}
	return all
}

// at is the URL of a database on the server.
func (c *cluster) at(name string) (string, error) {
	u, err := url.Parse(c.url)
	if err != nil {
		return "", fmt.Errorf("-database: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

// run executes a statement in a database of the server, by default in the one that its URL names.
func (c *cluster) run(ctx context.Context, database, statement string) error {
	address := c.url
	if database != "" {
		var err error
		if address, err = c.at(database); err != nil {
			return err
		}
	}
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("-database: %w", err)
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(context.Background()))
}
