package api

import (
	"fmt"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// maxExport bounds the records that an export of one's own data holds.
const maxExport = 20_000

// appendOwn appends what the caller may read of a record, by name.
func (c *Call) appendOwn(b []byte, rec *store.Record) ([]byte, error) {
	b = append(b, '{')
	first := true
	for i, f := range rec.Collection.Columns {
		ok, err := c.Scope.ReadableIn(f, rec)
		if err != nil {
			return nil, err
		}
		if !ok || f.Secret || f.Name == "token_epoch" {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(value.AppendJSONString(b, f.Name), ':')
		if rec.Values[i].IsNull() {
			b = append(b, "null"...)
			continue
		}
		b = f.Type.AppendJSON(b, rec.Values[i])
	}
	return append(b, '}'), nil
}

// appendReferences appends the records that refer to the caller by a foreign key, by collection and field: those that
// the caller may view by any way, and of each what the caller may read. Another's record about the caller stays hidden.
func (c *Call) appendReferences(b []byte, r *store.Reader, user value.Value) ([]byte, error) {
	b = append(b, '{')
	left, first := maxExport, true
	for _, reverse := range r.Schema.Users().Reverse {
		f := reverse.Field
		if f.Relation == schema.ManyToMany || !c.Scope.Readable(f) {
			continue
		}
		keys, err := c.referring(r, f, user, left)
		if err != nil {
			return nil, err
		}
		left -= len(keys)
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(value.AppendJSONString(b, f.Collection.Name+"."+f.Name), ":["...)
		if b, err = c.appendReferring(b, r, f, keys); err != nil {
			return nil, err
		}
		b = append(b, ']')
	}
	return append(b, '}'), nil
}

// referring returns the keys of the visible records whose field holds the user, in the order of their keys.
func (c *Call) referring(r *store.Reader, f *schema.Field, user value.Value, left int) ([]value.Value, error) {
	var keys []value.Value
	seen := map[value.Value]bool{}
	for _, l := range c.listsOf(f.Collection, func(*resource) bool { return true }) {
		l.Shape, l.Limit = query.NewShape(f.Collection), left+1
		l.Where = append(l.Where, query.Match{Path: schema.Path{{Field: f}}, Lookup: "exact", Values: []value.Value{user}})
		rows, err := l.Run(r)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if !seen[row.Key()] {
				keys = append(keys, row.Key())
			}
			seen[row.Key()] = true
		}
		if len(keys) > left {
			return nil, rest.TooLarge(fmt.Sprintf("More than %d records belong to this account: ask the administrator for an export.", maxExport))
		}
	}
	return keys, nil
}

// appendReferring appends records. One whose reference the caller may not read is left out.
func (c *Call) appendReferring(b []byte, r *store.Reader, f *schema.Field, keys []value.Value) ([]byte, error) {
	n := 0
	for _, key := range keys {
		rec, err := r.Record(f.Collection, key)
		if err != nil {
			return nil, err
		}
		if ok, err := c.Scope.ReadableIn(f, rec); err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		if b, err = c.appendOwn(b, rec); err != nil {
			return nil, err
		}
	}
	return b, nil
}
