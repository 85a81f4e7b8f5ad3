package history

import (
	"slices"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Summary is what a changeset or a group has done, as far as the reader may see it.
type Summary struct {
	ID    string    `json:"id"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Actor *string   `json:"actor"`
	Via   string    `json:"via"`
	Cause *string   `json:"cause"`
	Exact bool      `json:"exact" doc:"False where more was done than can be looked at one by one."`
	Parts []*Part   `json:"parts"`
}

// Part is what was done to one collection.
type Part struct {
	Collection *string  `json:"collection"`
	Op         string   `json:"op"`
	Count      int64    `json:"count"`
	Key        *string  `json:"key" doc:"The record, where it is one."`
	Fields     []string `json:"fields" doc:"Those that were changed, by the latest 1,000."`
}

// summarySample is how many changes are looked at for the fields they name.
const summarySample = 1000

// Summarize sums up a group, or a changeset where no group has the id. ErrNotFound of store: the reader sees nothing of
// it. Where the reader may view all records of its collections the log is counted; else its rows are looked at, up to a
// bound.
func Summarize(r *store.Reader, id string) (*Summary, error) {
	f := Filter{Group: id}
	list, next, err := List(r, f, "", summarySample)
	if err == nil && len(list) == 0 {
		f = Filter{Changeset: id}
		list, next, err = List(r, f, "", summarySample)
	}
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, store.ErrNotFound
	}
	first := list[0]
	out := &Summary{ID: id, From: first.Time, To: first.Time, Actor: first.Actor, Via: first.Via, Cause: first.Cause, Exact: true}
	out.take(list, true)
	if next == "" {
		return out, nil
	}
	s := newSight(r)
	if ok, err := s.seesAll(f); err != nil || ok {
		if err != nil {
			return nil, err
		}
		return out, s.count(f, out)
	}
	for scanned := len(list); next != ""; scanned += len(list) {
		if scanned >= maxScan {
			out.Exact = false
			return out, nil
		}
		if list, next, err = List(r, f, next, summarySample); err != nil {
			return nil, err
		}
		out.take(list, false)
	}
	return out, nil
}

// take adds changes, which come the latest first.
func (s *Summary) take(list []*Change, fields bool) {
	for _, c := range list {
		s.From = c.Time
		p := s.part(c.Collection, c.Op)
		if p.Count++; p.Count == 1 {
			p.Key = c.Key
		} else if p.Key != nil && (c.Key == nil || *c.Key != *p.Key) {
			p.Key = nil
		}
		for name := range c.Fields {
			if fields && c.Op == store.OpUpdate && !slices.Contains(p.Fields, name) {
				p.Fields = append(p.Fields, name)
			}
		}
		slices.Sort(p.Fields)
	}
}

func (s *Summary) part(collection *string, op string) *Part {
	for _, p := range s.Parts {
		if p.Op == op && (p.Collection == nil) == (collection == nil) && (collection == nil || *p.Collection == *collection) {
			return p
		}
	}
	p := &Part{Collection: collection, Op: op, Fields: []string{}}
	s.Parts = append(s.Parts, p)
	return p
}

// of is the condition that rows are of a filter's changeset or group.
func (f Filter) of(b *sqlb.Builder) {
	if f.Group != "" {
		b.SQL(" WHERE grp = ").Arg(sqlb.TextType, value.Text(f.Group))
	} else {
		b.SQL(" WHERE changeset = ").Arg(sqlb.TextType, value.Text(f.Changeset))
	}
}

// seesAll reports whether the reader may view every record of the collections that a changeset or a group is about.
func (s *sight) seesAll(f Filter) (bool, error) {
	if whole(s.r.Scope) {
		return true, nil
	}
	b := sqlb.New(s.r.Dialect())
	b.SQL("SELECT DISTINCT collection FROM couplet_changes")
	f.of(b)
	all := true
	err := s.r.Query(b.String(), b.Args(), func(x db.Row) error {
		c := s.collections[x.Text(0)]
		all = all && c != nil && s.r.Scope.Grant(c, schema.View).All
		return nil
	})
	return all, err
}

// count replaces the numbers of a summary by those of the whole log.
func (s *sight) count(f Filter, out *Summary) error {
	b := sqlb.New(s.r.Dialect())
	b.SQL("SELECT collection, op, count(*), min(key), max(key), min(at), max(at) FROM couplet_changes")
	f.of(b)
	b.SQL(" GROUP BY collection, op ORDER BY collection, op")
	type counted struct {
		collection, op, first, last string
		count                       int64
	}
	var all []counted
	err := s.r.Query(b.String(), b.Args(), func(x db.Row) error {
		all = append(all, counted{x.Text(0), x.Text(1), x.Text(3), x.Text(4), x.Int(2)})
		if at := time.UnixMicro(x.Int(5)).UTC(); at.Before(out.From) {
			out.From = at
		}
		if at := time.UnixMicro(x.Int(6)).UTC(); at.After(out.To) {
			out.To = at
		}
		return nil
	})
	known := out.Parts
	out.Parts = nil
	for _, c := range all {
		name, failed := s.nameOf(c.collection)
		if failed != nil {
			return failed
		}
		p := out.part(name, c.op)
		p.Count = c.count
		if c.first == c.last {
			p.Key = optional(c.first)
		}
		for _, had := range known {
			if had.Op == p.Op && had.Collection != nil && name != nil && *had.Collection == *name {
				p.Fields = had.Fields
			}
		}
	}
	return err
}

// nameOf is what a collection is or was called; nil: the row is about the schema.
func (s *sight) nameOf(id string) (*string, error) {
	if c := s.collections[id]; c != nil {
		return &c.Name, nil
	}
	if id == "" {
		return nil, nil
	}
	name, err := s.past(id, "")
	return &name, err
}
