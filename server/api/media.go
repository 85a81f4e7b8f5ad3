package api

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Media answers requests for stored files, or for smaller pictures of images (?w=), with ranges and validators. A file
// is there for whom a field of a visible record names it.
func (a *API) Media(c fiber.Ctx) error {
	name, err := url.PathUnescape(strings.TrimPrefix(string(c.Request().URI().PathOriginal()), "/media/"))
	if err != nil {
		return a.NotFound(c)
	}
	call := a.newCall(c, &View{Methods: []string{"GET"}, route: "/media/"})
	c.RequestCtx().SetUserValue(callValue, call)
	if err := call.authenticate(); err != nil {
		return a.Error(c, err)
	}
	picture, wanted, err := call.thumbSpec()
	if err != nil {
		return a.Error(c, err)
	}
	visible, err := call.seesFile(name)
	if err != nil || !visible {
		return a.Error(c, orNotFound(err))
	}
	f, err := a.Store.Files.Open(name)
	if err != nil {
		return a.NotFound(c)
	}
	st, err := f.Stat()
	if err != nil || st.IsDir() {
		_ = f.Close()
		return a.NotFound(c)
	}
	if !wanted {
		return call.serveFile(f, st, name)
	}
	if err := call.serveThumb(f, st, name, picture); err != nil {
		return a.Error(c, err)
	}
	return nil
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return rest.NotFound("")
}

// seesFile reports whether a file field of a record that the caller may view holds the name, and the caller may read
// that field of that record.
func (c *Call) seesFile(name string) (bool, error) {
	found := false
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		for _, coll := range c.compiled.state.Schema.Collections {
			for _, f := range coll.Columns {
				if f.Type.Kind != value.File && f.Type.Kind != value.Image || !c.Scope.Readable(f) {
					continue
				}
				for _, l := range c.listsOf(coll, func(r *resource) bool { return shows(r.def.Serializer, f) }) {
					if found, err = c.anyNames(rd, l, f, name); found || err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	return found, err
}

// listsOf returns what the caller may view of a collection: by the roles' own grants, and through each resource that
// counts, in its base filter.
func (c *Call) listsOf(coll *schema.Collection, counts func(*resource) bool) []query.List {
	lists := []query.List{{Scope: c.Scope}}
	for _, name := range c.compiled.names {
		if r := c.compiled.resources[name]; r.def.Collection == coll && counts(r) {
			scope := c.Scope.WithResource(r.def)
			lists = append(lists, query.List{Scope: scope, Where: r.listing.Base(scope)})
		}
	}
	return lists
}

// shows reports whether a serializer shows a field of its own collection.
func shows(s *schema.Serializer, f *schema.Field) bool {
	return slices.ContainsFunc(s.Fields, func(sf *schema.SerializerField) bool {
		return len(sf.Source) == 1 && sf.Source[0] == f && !sf.WriteOnly
	})
}

// maxNaming is how many records that name one file are asked for a rule that depends on the record.
const maxNaming = 100

// anyNames reports whether a record of a list holds the name in a field that the caller may read in it.
func (c *Call) anyNames(rd *store.Reader, l query.List, f *schema.Field, name string) (bool, error) {
	l.Shape = query.NewShape(f.Collection)
	l.Where = append(l.Where, query.Match{Path: schema.Path{{Field: f}}, Lookup: "exact", Values: []value.Value{value.Text(name)}})
	if !c.Scope.ReadablePerRecord(f) {
		return l.Exists(rd)
	}
	l.Limit = maxNaming
	rows, err := l.Run(rd)
	for _, row := range rows {
		rec, err := rd.Record(f.Collection, row.Key())
		if err != nil {
			return false, err
		}
		if ok, err := c.Scope.ReadableIn(f, rec); ok || err != nil {
			return ok, err
		}
	}
	return false, err
}
