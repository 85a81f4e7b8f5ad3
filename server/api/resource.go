package api

import (
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// resourceViews makes the views of a resource: the list, one record, and the bulk create.
func (a *API) resourceViews(r *resource) {
	list, one := []string{"GET", "POST"}, []string{"GET", "PUT", "PATCH", "DELETE"}
	if r.def.ReadOnly {
		list, one = []string{"GET"}, []string{"GET"}
	}
	address := prefix + r.def.Name + "/"
	view := func(kind, route string, methods []string, handle func(*Call) (*Answer, error)) *View {
		return &View{
			Name: words.English.Text(kind, r.def.ViewName), kind: kind, Description: r.def.Description, Methods: methods,
			Authentication: r.def.Authentication, Throttle: r.def.ThrottleScope,
			Permission: r.permission, Handle: handle, Kept: true, resource: r, detail: kind == "%s Instance", route: route,
		}
	}
	r.list = view("%s List", address, list, func(c *Call) (*Answer, error) {
		if c.Method == "POST" {
			return r.create(c, nil)
		}
		return r.index(c, nil)
	})
	r.list.File, r.list.Explain = asksExport, r.explainRequest
	r.list.Metadata = func(c *Call, i *rest.ViewInfo) error { return r.metadata(c, i, "POST") }
	r.one = view("%s Instance", address+"{id}/", one, r.record)
	r.one.Explain = r.explainRequest
	r.one.Metadata = func(c *Call, i *rest.ViewInfo) error { return r.metadata(c, i, "PUT") }
	if !r.def.ReadOnly {
		r.bulk = view("%s Bulk", address+"bulk/", []string{"POST"}, r.bulkCreate)
	}
}

// record answers requests for one record.
func (r *resource) record(c *Call) (*Answer, error) {
	switch c.Method {
	case "PUT", "PATCH":
		return r.update(c, c.Method == "PATCH")
	case "DELETE":
		return r.destroy(c)
	}
	return r.retrieve(c)
}

// permission is the model-level check that comes before anything is read (DRF: check_permissions).
func (r *resource) permission(c *Call) *rest.APIError {
	c.Scope = c.Scope.WithResource(r.def)
	if r.may(c, c.Method) {
		return nil
	}
	return c.denied()
}

var actionOf = map[string]schema.Action{
	"POST": schema.Add, "PUT": schema.Change, "PATCH": schema.Change, "DELETE": schema.Delete,
}

func (r *resource) may(c *Call, method string) bool {
	action, writes := actionOf[method]
	switch r.policy(c) {
	case schema.PolicyAllowAny:
		return true
	case schema.PolicyAuthenticated:
		return c.User != nil
	case schema.PolicyAuthenticatedOrReadOnly:
		return c.User != nil || !writes
	case schema.PolicyAdmin:
		return c.User != nil && c.User.Staff
	case schema.PolicyModel:
		if c.User == nil {
			return false
		}
	}
	if !writes {
		action = schema.View
	}
	return !c.Scope.Grant(r.def.Collection, action).None
}

func (r *resource) policy(c *Call) string {
	if r.def.Permission != "" {
		return r.def.Permission
	}
	return c.compiled.state.Schema.Settings.Permission
}

// metadata adds to OPTIONS what the caller may write (DRF: SimpleMetadata.determine_actions).
func (r *resource) metadata(c *Call, info *rest.ViewInfo, method string) error {
	if r.def.ReadOnly || !r.may(c, method) {
		return nil
	}
	if method == "PUT" {
		var refused *rest.APIError
		if _, err := r.find(c, query.NewShape(r.def.Collection)); errors.As(err, &refused) {
			return nil // DRF leaves out what cannot be done
		} else if err != nil {
			return err
		}
	}
	info.Action, info.Serializer = method, r.serializer
	return nil
}

// find loads the record that the path names, in the caller's sight, with the list's filters applied as DRF's
// get_object does.
func (r *resource) find(c *Call, shape *query.Shape) (*query.Row, error) {
	var row *query.Row
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		row, err = r.get(c, rd, shape)
		return err
	})
	return row, err
}

func (r *resource) get(c *Call, rd *store.Reader, shape *query.Shape) (*query.Row, error) {
	key, err := r.lookup(c.Lookup)
	if err != nil {
		return nil, err
	}
	where, err := r.listing.Where(rest.ListInput{Params: c.params, Scope: c.Scope, Find: rd})
	if err != nil {
		return nil, err
	}
	where = append(where, r.matches(key))
	row, err := query.Get(rd, shape, c.Scope, where...)
	if errors.Is(err, query.ErrNotFound) {
		err = r.missing()
	}
	return row, err
}

// matches is the condition that the lookup field has a value.
func (r *resource) matches(v value.Value) query.Cond {
	return query.Match{Path: schema.Path{{Field: r.def.Lookup}}, Lookup: "exact", Values: []value.Value{v}}
}

func (r *resource) missing() *rest.APIError { return rest.NotFound(r.def.Collection.Label) }

// lookup reads the key in a path; text that is none is DRF's bare 404. Any text may be a text: one that cannot be
// stored is merely not there.
func (r *resource) lookup(text string) (value.Value, error) {
	v, err := r.def.Lookup.Type.Parse(text)
	if err == nil {
		return v, nil
	}
	if isRange(err) || r.def.Lookup.Type.IsText() {
		return value.Null, r.missing()
	}
	return value.Null, rest.NotFound("")
}

// context is what rendering needs to know of the request.
func (c *Call) context() *rest.RenderContext {
	return &rest.RenderContext{
		Base: c.Base(), Suffix: c.Format, Query: c.linkQuery(), Media: "/media/", Sight: sightOf(c.Scope),
	}
}

func sightOf(s *access.Scope) rest.Sight {
	if s == nil {
		return nil
	}
	return s
}
