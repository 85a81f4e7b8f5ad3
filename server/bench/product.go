package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
)

// product is a server to be measured. Its data folder survives a restart.
type product interface {
	name() string
	base() string
	start(ctx context.Context) (*server, error)
	setup(c *client) error                       // tables, rules and the user, on an empty server
	login() request                              // answers with a token
	authorization(answer []byte) (string, error) // the header's value
	create(collection string) request
	ids() (r request, list, key string) // a list of articles and where their ids are in it
	scenario(name string) (s scenario, ok bool)
}

// text fills a record to about 1.8 kB, 25 of them to 45 kB.
var text = strings.TrimSpace(strings.Repeat("It is a truth universally acknowledged, that a record wants some text. ", 22))

// article is the body of a new record.
func article(author string) string {
	return fmt.Sprintf(`{"title":"Article number {n}","slug":"article-{n}","body":%q,"status":"{status}","views":{views},"author":%s}`, text, author)
}

// connect logs in and learns the ids of some articles.
func connect(p product) (*client, error) {
	c := newClient(p.base())
	answer, err := c.call(p.login())
	if err != nil {
		return nil, err
	}
	if c.token, err = p.authorization(answer); err != nil {
		return nil, err
	}
	r, list, key := p.ids()
	body, err := c.call(r)
	if err != nil {
		return nil, err
	}
	var page map[string]json.RawMessage
	var rows []map[string]any
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(page[list], &rows); err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("no articles in %.200s", body)
	}
	for _, row := range rows {
		id, _ := json.Marshal(row[key])
		c.ids = append(c.ids, strings.Trim(string(id), `"`))
	}
	c.next.Store(freshNumber.Add(2_000_000))
	return c, nil
}

// freshNumber starts every client on numbers that no record has.
var freshNumber atomic.Int64

// seed creates n records in each collection: articles, notes, which are under a rule, and papers, without an index.
func seed(c *client, p product, n, conns int) error {
	for _, collection := range []string{"articles", "notes", "papers"} {
		if err := seedOne(c, p.create(collection), n, conns); err != nil {
			return err
		}
	}
	return nil
}

func seedOne(c *client, r request, n, conns int) error {
	var sent atomic.Int64
	_, err := c.each(r, conns, func() bool { return sent.Add(1) <= int64(n) })
	return err
}
