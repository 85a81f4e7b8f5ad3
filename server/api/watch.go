package api

import (
	"context"
	"net/url"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
)

// watching is what a subscription has in the place of a request of its own.
type watching struct{ ctx context.Context }

// LiveClasses are the ways to prove who one is to /api/live/. What a resource does not take counts as nobody there.
var LiveClasses = []string{auth.JWT, auth.Session, auth.Token, auth.APIKey, auth.Basic}

// Watch resolves what somebody subscribes to, as a GET of target (a path with its query string) is: a list, a record, a
// list below a record, or those of the full resources. base begins the links in what is shown. Errors are those of GET.
func (a *API) Watch(ctx context.Context, who auth.Identity, base, ip, target string) (*rest.Watch, error) {
	path, rawQuery, _ := strings.Cut(target, "?")
	c := &Call{API: a, Method: "GET", Path: path, Query: rawQuery, compiled: a.current(), base: base, ip: ip, watching: &watching{ctx},
		Accepted: rest.Accepted{Renderer: rest.JSONRenderer, MediaType: rest.JSONRenderer.MediaType}}
	w := &watch{Call: c}
	if err := w.find(); err != nil {
		return nil, err
	}
	if _, err := c.parameters(); err != nil {
		return nil, err
	}
	if asksExport(c.params) {
		return nil, rest.Validation(rest.FieldError("export", "A file cannot be subscribed to.", "invalid"))
	}
	if err := w.permit(who); err != nil {
		return nil, err
	}
	if err := c.throttle(); err != nil {
		return nil, err
	}
	out, err := w.resolve()
	if err == nil && out.Reads.Now {
		out.Again = func(ctx context.Context) (*rest.Watch, error) {
			call := *c
			call.watching = &watching{ctx}
			again := *w
			again.Call = &call
			if err := again.permit(who); err != nil {
				return nil, err
			}
			return again.resolve()
		}
	}
	return out, err
}

// permit gives the call its scope at this moment and asks the resource's permission.
func (w *watch) permit(who auth.Identity) error {
	w.identify(who)
	if refused := w.View.Permission(w.Call); refused != nil {
		return refused
	}
	return nil
}

// identify is authenticate for somebody who is known already.
func (c *Call) identify(who auth.Identity) {
	for _, class := range c.classes() {
		if class == who.Class {
			c.Identity, c.User = who, who.User
		}
	}
	c.Scope = c.scopeOf(c.User)
	if len(c.Identity.Scopes) > 0 {
		c.Scope = c.Scope.Narrow(c.Identity.Allows)
	}
}

// watch is a subscription on its way to a rest.Watch.
type watch struct {
	*Call
	r      *resource
	full   bool // the full resource of the system API
	detail bool // one record
}

// find finds the view that a path names.
func (w *watch) find() error {
	if below, is := strings.CutPrefix(w.Path, systemPrefix+"records/"); is {
		return w.findFull(below)
	}
	below, is := strings.CutPrefix(w.Path, prefix)
	m, ok := w.compiled.match(below)
	if !is || !ok || m.view.resource == nil || m.bulk {
		return notWatched(w.Path)
	}
	w.View, w.Lookup, w.Format, w.r, w.detail = m.view, m.lookup, m.format, m.view.resource, m.view.detail
	return nil
}

func (w *watch) findFull(below string) error {
	name, lookup, _ := strings.Cut(strings.TrimSuffix(below, "/"), "/")
	r := w.compiled.full[name]
	if r == nil || !strings.HasSuffix(below, "/") || strings.Contains(lookup, "/") || extraAt([]string{lookup}) != nil {
		return notWatched(w.Path)
	}
	w.r, w.full, w.detail, w.View = r, true, lookup != "", r.fullList()
	if !w.detail {
		return nil
	}
	text, err := url.PathUnescape(lookup)
	if err != nil {
		return notWatched(w.Path)
	}
	w.View, w.Lookup = r.fullOne(), text
	return nil
}

func notWatched(path string) error {
	return &rest.APIError{Status: 404, Code: "not_found", Detail: "There is no list or record to subscribe to at " + path + "."}
}

// resolve reads the parameters and compiles what is shown.
func (w *watch) resolve() (*rest.Watch, error) {
	out := &rest.Watch{KeyType: w.r.def.Collection.Key.Type}
	var err error
	switch {
	case w.detail:
		err = w.one(out)
	case w.full:
		err = w.fullRecords(out)
	default:
		err = w.list(out)
	}
	if err != nil {
		return nil, err
	}
	out.List.Scope = w.Scope
	out.Flat = len(out.List.Shape.One)+len(out.List.Shape.Many)+len(out.List.Shape.Aggregates) == 0
	out.Reads = out.List.Reads()
	return out, w.keys(out)
}

// where returns the conditions of the list.
func (w *watch) where(more ...query.Cond) (where []query.Cond, err error) {
	err = w.API.Store.Read(w.Context(), w.Scope, func(rd *store.Reader) error {
		where, err = w.r.listing.Where(rest.ListInput{Params: w.params, Scope: w.Scope, Find: rd})
		return err
	})
	return append(where, more...), err
}

// list is a public list.
func (w *watch) list(out *rest.Watch) error {
	v, err := w.r.listVariant(w.Call)
	if err != nil {
		return err
	}
	var more []query.Cond
	if n := w.View.nested; n != nil {
		key, err := n.key(w.Call)
		if err != nil {
			return err
		}
		more = n.refersTo(key)
	}
	where, err := w.where(more...)
	if err != nil {
		return err
	}
	ctx := w.context()
	out.List = &query.List{Shape: v.serializer.Shape(), Where: where}
	out.Render = func(dst []byte, row *query.Row) []byte { return v.serializer.AppendJSON(dst, row, ctx) }
	page, err := v.listing.Paginate(w.params, w.Scope)
	if err != nil {
		return err
	}
	if page.NeedsCount() {
		out.Count = func(rd *store.Reader) (int64, error) { return rd.Count(out.List) }
	}
	out.Snapshot = func(rd *store.Reader) (s rest.Snapshot, err error) {
		list, page, err := v.listing.Prepare(rest.ListInput{Params: w.params, Scope: w.Scope, Find: rd})
		if err != nil {
			return s, err
		}
		list.Where = append(list.Where, more...)
		rows, _, err := runPage(rd, list, page)
		s.Results, s.Count = v.serializer.AppendList(nil, rows, ctx), -1
		if page.NeedsCount() {
			s.Count = page.Counted()
		}
		return s, err
	}
	return nil
}

// fullRecords is a list of the full resource.
func (w *watch) fullRecords(out *rest.Watch) error {
	f, err := w.r.fullQuery(w.Call)
	if err != nil {
		return err
	}
	if f.place == "before" || f.place == "at" {
		return rest.Validation(rest.FieldError(f.place, "A page before a place or around a record cannot be subscribed to.", "invalid"))
	}
	list, v := f.list, f.shown
	var more []query.Cond
	if f.chosen {
		more = []query.Cond{f.among()}
	}
	where, err := w.where(more...)
	if err != nil {
		return err
	}
	out.List = &query.List{Shape: v.detail, Where: where}
	out.Render = w.versioned(v)
	list.Shape, list.Where = v.detail, where
	out.Snapshot = func(rd *store.Reader) (rest.Snapshot, error) {
		rows, err := list.Run(rd)
		return rest.Snapshot{Results: rendered(out.Render, rows), Count: -1}, err
	}
	return nil
}

// one is one record.
func (w *watch) one(out *rest.Watch) error {
	key, err := w.r.lookup(w.Lookup)
	if err != nil {
		return err
	}
	v, err := w.r.variant(w.Call)
	if err != nil {
		return err
	}
	where, err := w.where(w.r.matches(key))
	if err != nil {
		return err
	}
	ctx := w.context()
	out.List = &query.List{Shape: v.serializer.Shape(), Where: where}
	out.Render = func(dst []byte, row *query.Row) []byte { return v.serializer.AppendJSON(dst, row, ctx) }
	if w.full {
		out.List.Shape, out.Render = v.detail, w.versioned(v)
	}
	out.Snapshot = func(rd *store.Reader) (s rest.Snapshot, err error) {
		rows, err := out.List.Run(rd)
		if err == nil && len(rows) == 0 {
			err = w.r.missing()
		}
		return rest.Snapshot{Results: rendered(out.Render, rows), Count: -1}, err
	}
	return nil
}

// versioned renders a record of the full resource.
func (w *watch) versioned(v shown) func([]byte, *query.Row) []byte {
	ctx := w.context()
	return func(dst []byte, row *query.Row) []byte {
		n := len(dst)
		return append(dst[:n], appendVersion(v.serializer.AppendJSON(dst[n:n:n], row, ctx), v.version.of(row))...)
	}
}

func rendered(render func([]byte, *query.Row) []byte, rows []*query.Row) []byte {
	out := []byte{'['}
	for i, row := range rows {
		if i > 0 {
			out = append(out, ',')
		}
		out = render(out, row)
	}
	return append(out, ']')
}
