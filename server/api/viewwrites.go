package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

func (c *Call) readView() (any, error) {
	var o *store.Owned
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		o, err = c.ownedByID(conn, store.OwnedView, c.Params["id"])
		return err
	})
	return c.answeredView(o, http.StatusOK, err)
}

// toWrite returns the view of the path, in the version that the caller read, where he may change it.
func (c *Call) toWrite(conn db.Conn) (*store.Owned, *schema.Collection, error) {
	o, err := c.ownedByID(conn, store.OwnedView, c.Params["id"])
	if err != nil {
		return nil, nil, err
	}
	coll := c.viewedCollection(o.About)
	if _, visible, err := c.savedView(o); err != nil || !visible || coll == nil {
		return nil, nil, orNotFound(err)
	}
	if !c.mayChangeView(o) {
		return nil, nil, rest.PermissionDenied("Only its owner and superusers change a shared view. Save a view of your own.")
	}
	return o, coll, c.isVersion(o.Version, o.Shared)
}

func (c *Call) changeView() (any, error) {
	var in viewRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Collection != nil {
		return nil, rest.Validation(rest.FieldError("collection", "A view stays with its collection.", "invalid"))
	}
	var o *store.Owned
	_, err := c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) (err error) {
		var coll *schema.Collection
		if o, coll, err = c.toWrite(tx.Conn); err != nil {
			return err
		}
		if err := c.editView(o, coll, &in); err != nil {
			return err
		}
		return c.saveOwned(tx, o)
	})
	return c.answeredView(o, http.StatusOK, err)
}

func (c *Call) deleteView() (any, error) {
	_, err := c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
		o, _, err := c.toWrite(tx.Conn)
		if err != nil {
			return err
		}
		return store.DeleteOwned(tx.Conn, o.Kind, o.ID)
	})
	return &Answer{Status: http.StatusNoContent}, err
}

// editView puts what a request names into a view, and refuses what does not fit.
func (c *Call) editView(o *store.Owned, coll *schema.Collection, in *viewRequest) error {
	var s viewSettings
	if err := json.Unmarshal([]byte(o.Body), &s); err != nil {
		return err
	}
	shared := o.Shared
	set(&o.Name, in.Name)
	set(&o.Shared, in.Shared)
	set(&s.Filter, in.Filter)
	set(&s.Order, in.Order)
	set(&s.Q, in.Q)
	set(&s.Group, in.Group)
	set(&s.RowHeight, in.RowHeight)
	set(&s.Columns, in.Columns)
	if s.Columns == nil {
		s.Columns = []viewColumn{}
	}
	if o.Shared && !shared && !c.mayShareView(coll) {
		return rest.PermissionDenied("Superusers share views, and staff who may change the records of " + coll.Name + ".")
	}
	o.Name = strings.TrimSpace(o.Name)
	errs := c.checkView(coll, &s).refusal(in)
	checkViewSizes(o.Name, &s, errs)
	if !errs.Empty() {
		return rest.Validation(errs)
	}
	body, err := encode(s)
	o.Body = string(body)
	return err
}

// orderViews numbers views as they are listed.
func (c *Call) orderViews() (any, error) {
	var in viewOrderRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	_, coll, err := c.env(in.Collection)
	if err != nil {
		return nil, err
	}
	_, err = c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
		list, err := store.OwnedFor(tx.Conn, store.OwnedView, c.userID())
		if err != nil {
			return err
		}
		for i, id := range in.Views {
			at := slices.IndexFunc(list, func(o *store.Owned) bool { return o.ID == id && o.About == coll.ID })
			switch {
			case at < 0:
				return rest.Validation(rest.FieldError("views", "There is no view "+id+" of "+coll.Name+".", "does_not_exist"))
			case !c.mayChangeView(list[at]):
				return rest.PermissionDenied("Only its owner and superusers move a shared view.")
			}
			if err := store.MoveOwned(tx.Conn, store.OwnedView, id, int64(i+1)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.viewsOf(coll.Name)
}
