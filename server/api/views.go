package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
)

// viewSettings are how a saved view shows its collection: what is stored of it beside its name.
type viewSettings struct {
	Filter    string       `json:"filter" doc:"An expression."`
	Order     string       `json:"order" doc:"Fields, with - before those that descend."`
	Q         string       `json:"q"`
	Group     string       `json:"group" doc:"A field, or empty."`
	RowHeight int          `json:"row_height" doc:"28, 32, 44 or 64."`
	Columns   []viewColumn `json:"columns"`
}

type viewColumn struct {
	Field  string `json:"field"`
	Width  int    `json:"width" openapi:"optional" doc:"40 to 2000; 0: as wide as it likes."`
	Pinned bool   `json:"pinned" openapi:"optional"`
	Hidden bool   `json:"hidden" openapi:"optional"`
}

// savedView is a saved view as the caller sees it. Errors say what of it does not fit the schema any more.
type savedView struct {
	ID         string `json:"id"`
	Collection string `json:"collection"`
	Name       string `json:"name"`
	Shared     bool   `json:"shared"`
	Owner      string `json:"owner"`
	Mine       bool   `json:"mine"`
	CanChange  bool   `json:"can_change"`
	viewSettings
	Version int64          `json:"version"`
	Changed time.Time      `json:"changed"`
	Errors  map[string]any `json:"errors" doc:"By member, what does not fit the schema in force."`
}

// viewRequest makes a view, or changes what it names of one.
type viewRequest struct {
	Collection *string       `json:"collection" openapi:"optional" doc:"Of a new one."`
	Name       *string       `json:"name" openapi:"optional"`
	Shared     *bool         `json:"shared" openapi:"optional"`
	Filter     *string       `json:"filter" openapi:"optional"`
	Order      *string       `json:"order" openapi:"optional"`
	Q          *string       `json:"q" openapi:"optional"`
	Group      *string       `json:"group" openapi:"optional"`
	RowHeight  *int          `json:"row_height" openapi:"optional"`
	Columns    *[]viewColumn `json:"columns" openapi:"optional"`
}

type viewOrderRequest struct {
	Collection string   `json:"collection"`
	Views      []string `json:"views"`
}

// maxViews is how many views one user may have.
const maxViews = 200

// viewOperations lists the system API's saved views.
func (a *API) viewOperations() []operation {
	one := "views/{id}/"
	op := func(method, path, summary string, in, out any, handle func(*Call) (any, error), errors ...int) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Request: in, Response: out, Errors: errors,
		}}
	}
	list := op("GET", "views/", "Saved views: those that are shared, then the caller's own", nil, []savedView{}, (*Call).listViews, 400)
	list.Parameters = []openapi.Parameter{{Name: "collection", Description: "Views of this one only."}}
	create := op("POST", "views/", "Save a view of a collection", viewRequest{}, savedView{}, (*Call).createView, 400, 403)
	create.Status = http.StatusCreated
	change := op("PATCH", one, "Change a saved view", viewRequest{}, savedView{}, (*Call).changeView, 400, 403, 404, 412, 428)
	drop := op("DELETE", one, "Delete a saved view", nil, nil, (*Call).deleteView, 403, 404, 412, 428)
	change.Parameters = ifMatch("The version that was read; required for a shared view.")
	drop.Parameters = change.Parameters
	return []operation{
		list, create,
		op("POST", "views/order/", "Put the caller's views of a collection into an order", viewOrderRequest{}, []savedView{}, (*Call).orderViews, 400, 403),
		op("GET", one, "A saved view", nil, savedView{}, (*Call).readView, 404), change, drop,
	}
}

func (c *Call) listViews() (any, error) { return c.viewsOf(c.params.Get("collection")) }

// viewsOf lists the views of a collection, "" for all, that the caller sees.
func (c *Call) viewsOf(collection string) ([]savedView, error) {
	if collection != "" {
		if _, _, err := c.env(collection); err != nil {
			return nil, err
		}
	}
	list, err := c.ownedFor(store.OwnedView)
	out := []savedView{}
	for _, o := range list {
		v, visible, err := c.savedView(o)
		if err != nil {
			return nil, err
		}
		if visible && (collection == "" || v.Collection == collection) {
			out = append(out, *v)
		}
	}
	return out, err
}

// savedView is a stored view as the caller sees it; false where he does not.
func (c *Call) savedView(o *store.Owned) (*savedView, bool, error) {
	coll := c.viewedCollection(o.About)
	if coll == nil {
		return nil, false, nil
	}
	v := &savedView{
		ID: o.ID, Collection: coll.Name, Name: o.Name, Shared: o.Shared, Owner: o.Owner, Mine: o.Owner == c.userID(),
		CanChange: c.mayChangeView(o), Version: o.Version, Changed: o.Changed,
	}
	if err := json.Unmarshal([]byte(o.Body), &v.viewSettings); err != nil {
		return nil, false, err
	}
	if !v.Mine {
		v.Columns = slices.DeleteFunc(v.Columns, func(col viewColumn) bool {
			f := coll.Field(col.Field)
			return f != nil && !c.Scope.Readable(f)
		})
	}
	x := c.checkView(coll, &v.viewSettings)
	if !v.Mine && x.unreadable {
		return nil, false, nil
	}
	v.Errors = x.problems
	return v, true, nil
}

// viewedCollection is the collection with an id, where the caller may view it.
func (c *Call) viewedCollection(id string) *schema.Collection {
	for _, coll := range c.compiled.state.Schema.Collections {
		if coll.ID == id && !c.Scope.Grant(coll, schema.View).None {
			return coll
		}
	}
	return nil
}

// mayChangeView reports whether the caller may change a view that he sees: his own, and superusers every shared one.
func (c *Call) mayChangeView(o *store.Owned) bool {
	return o.Owner == c.userID() || o.Shared && c.superuser()
}

// mayShareView reports whether the caller may show his views of a collection to all who may view it: superusers, and
// staff who may change its records.
func (c *Call) mayShareView(coll *schema.Collection) bool {
	return c.superuser() || c.User.Staff && !c.Scope.Grant(coll, schema.Change).None
}

func (c *Call) createView() (any, error) {
	var in viewRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Collection == nil {
		return nil, required("collection")
	}
	_, coll, err := c.env(*in.Collection)
	if err != nil {
		return nil, err
	}
	in.Collection = nil
	o, err := c.newOwned(store.OwnedView)
	if err != nil {
		return nil, err
	}
	o.About, o.Body = coll.ID, `{"row_height":32,"columns":[]}`
	_, err = c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
		mine, err := store.CountOwned(tx.Conn, o.Kind, o.Owner)
		if err == nil && mine >= maxViews {
			err = rest.Conflict("You have 200 saved views already. Delete some first.", "too_many")
		}
		if err != nil {
			return err
		}
		all, err := store.OwnedFor(tx.Conn, o.Kind, o.Owner)
		if err != nil {
			return err
		}
		o.Version, o.Position = 0, 1
		for _, other := range all {
			o.Position = max(o.Position, other.Position+1)
		}
		if err := c.editView(o, coll, &in); err != nil {
			return err
		}
		return c.saveOwned(tx, o)
	})
	return c.answeredView(o, http.StatusCreated, err)
}

func (c *Call) answeredView(o *store.Owned, status int, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	v, visible, err := c.savedView(o)
	if err == nil && !visible {
		err = rest.NotFound("")
	}
	if err != nil {
		return nil, err
	}
	return tagVersion(status, words.In(c.Language(), v), v.Version)
}
