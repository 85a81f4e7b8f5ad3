package api

import (
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// index answers GET on a list. more narrows it, beside what the client asks.
func (r *resource) index(c *Call, more []query.Cond) (*Answer, error) {
	v, err := r.listVariant(c)
	if err != nil {
		return nil, err
	}
	if asksExport(c.params) {
		return r.export(c, v, v.listing.ExportOrder(c.params, c.Scope), more)
	}
	var body []byte
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		list, page, err := v.listing.Prepare(rest.ListInput{Params: c.params, Scope: c.Scope, Find: rd})
		if err != nil {
			return err
		}
		list.Where = append(list.Where, more...)
		rows, err := c.timed(rd, list, page)
		if err != nil {
			return err
		}
		body = page.AppendHead(make([]byte, 0, max(4<<10, r.listed.Load()*9/8)), c.Base()+c.Path)
		ctx := c.context()
		for i, row := range rows {
			if i > 0 {
				body = append(body, ',')
			}
			body = v.serializer.AppendJSON(body, row, ctx)
		}
		body = page.AppendTail(body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.listed.Store(int64(len(body)))
	return &Answer{Status: 200, Body: body, Headers: [][2]string{{"ETag", listTag(body)}}}, nil
}

// runPage counts if the page needs it and reads the page. It returns the number, too, or uncounted.
func runPage(rd *store.Reader, list *query.List, page *rest.Page) (rows []*query.Row, count int64, err error) {
	count = uncounted
	if page.NeedsCount() {
		if count, err = rd.Count(list); err != nil {
			return nil, count, err
		}
	}
	empty, err := page.Apply(list, max(count, 0))
	if err != nil || empty {
		return nil, count, err
	}
	if rows, err = list.Run(rd); err != nil {
		return nil, count, err
	}
	return page.Finish(rows), count, nil
}

// listed is a serializer as one request for a list wants it.
type listed struct {
	serializer *rest.Serializer
	listing    *rest.Listing
}

func (r *resource) listVariant(c *Call) (listed, error) {
	plain := listed{r.serializer, r.listing}
	if c.Query == "" {
		return plain, nil
	}
	s, err := r.serializer.Variant(c.selection())
	if err != nil || s == r.serializer {
		return plain, err
	}
	return listed{s, r.listing.For(s.Shape())}, nil
}

// nested is where a list below a record hangs: /articles/3/comments/.
type nested struct {
	parent  *resource
	reverse *schema.Reverse
}

// reversed is the view of the records of r that refer to one of parent.
func (r *resource) reversed(parent *resource, reverse *schema.Reverse) *View {
	v := *r.list
	v.route = parent.one.route + reverse.Name + "/"
	v.nested = &nested{parent, reverse}
	v.Handle = func(c *Call) (*Answer, error) {
		key, err := v.nested.key(c)
		if err != nil {
			return nil, err
		}
		if c.Method == "POST" {
			return r.create(c, &preset{parent, reverse.Field, key, c.Lookup})
		}
		return r.index(c, v.nested.refersTo(key))
	}
	return &v
}

// key finds the record that the list hangs on.
func (n *nested) key(c *Call) (value.Value, error) {
	key, err := n.parent.parentKey(c)
	if err != nil {
		return value.Null, err
	}
	if f := n.reverse.Field; !c.Scope.Readable(f) || c.Scope.ReadablePerRecord(f) {
		return value.Null, rest.NotFound("") // the list would tell what is in a field that the caller may not read
	}
	return key, nil
}

func (n *nested) refersTo(key value.Value) []query.Cond {
	return []query.Cond{query.Match{Path: schema.Path{{Field: n.reverse.Field}}, Lookup: "exact", Values: []value.Value{key}}}
}

// parentKey finds the record that a nested route hangs on, in the sight that its own resource gives.
func (r *resource) parentKey(c *Call) (value.Value, error) {
	scope := c.Scope.WithResource(r.def)
	key, err := r.lookup(c.Lookup)
	if err != nil {
		return value.Null, err
	}
	var row *query.Row
	err = c.API.Store.Read(c.Context(), scope, func(rd *store.Reader) (err error) {
		where := append(r.listing.Base(scope), r.matches(key))
		row, err = query.Get(rd, query.NewShape(r.def.Collection), scope, where...)
		return err
	})
	if errors.Is(err, query.ErrNotFound) {
		err = r.missing()
	}
	if err != nil {
		return value.Null, err
	}
	return row.Key(), nil
}
