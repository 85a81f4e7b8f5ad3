package api

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// explainRequest asks why somebody may or may not do something with a record. Resource is the public resource whose
// policy counts; without one it is the full resource, where roles alone do.
type explainRequest struct {
	Collection string        `json:"collection"`
	Key        string        `json:"key"`
	Action     schema.Action `json:"action" openapi:"enum=view|add|change|delete"`
	User       string        `json:"user" doc:"A key; empty: the anonymous visitor."`
	Resource   string        `json:"resource" openapi:"optional"`
}

// explainBody is the decision: that on viewing the record where the user does not see it at all.
type explainBody struct {
	Explanation access.Explanation `json:"explanation"`
	Text        string             `json:"text" words:"say"`
	Status      int                `json:"status" doc:"What a request is answered with."`
	Visible     bool               `json:"visible" doc:"The user sees the record."`
	User        *explainedUser     `json:"user" doc:"null: the anonymous visitor."`
	Display     string             `json:"display"`
}

type explainedUser struct {
	ID        string   `json:"id"`
	Username  string   `json:"username"`
	Active    bool     `json:"is_active"`
	Superuser bool     `json:"is_superuser"`
	Roles     []string `json:"roles"`
}

func (c *Call) explainAccess() (any, error) {
	var in explainRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	_, coll, err := c.env(in.Collection)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(schema.Actions, in.Action) {
		return nil, rest.Validation(rest.FieldError("action", "This is view, add, change or delete.", "invalid_choice"))
	}
	key, err := coll.Key.Type.Parse(in.Key)
	if err != nil {
		return nil, rest.NotFound(coll.Label)
	}
	user, err := c.userBy(in.User)
	if err != nil {
		return nil, err
	}
	scope := c.scopeOf(user)
	if in.Resource != "" {
		r := c.compiled.state.Schema.Resource(in.Resource)
		if r == nil || r.Collection != coll {
			return nil, rest.Validation(rest.FieldError("resource", coll.Name+" has no resource "+strconv.Quote(in.Resource)+".", "does_not_exist"))
		}
		scope = scope.WithResource(r)
	}
	out := explainBody{User: c.explained(user)}
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		if err := out.decide(rd, scope, coll, in.Action, key); err != nil {
			return err
		}
		out.Display, err = displayed(rd, c.compiled.displays[coll], coll, key)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, rest.NotFound(coll.Label)
	}
	return out, err
}

func (c *Call) explained(u *access.User) *explainedUser {
	if u == nil {
		return nil
	}
	key := c.compiled.state.Schema.Users().Key.Type.String(u.Key)
	return &explainedUser{key, u.Username, u.Active, u.Superuser, append([]string{}, u.Roles...)}
}

// decide explains the action where the record is in sight, and else why it is not.
func (e *explainBody) decide(rd *store.Reader, scope *access.Scope, coll *schema.Collection, a schema.Action, key value.Value) error {
	rec, err := rd.Record(coll, key)
	if err != nil {
		return err
	}
	view := scope.Explain(coll, schema.View, rec)
	e.Visible, e.Explanation, e.Status = view.Allowed, view, http.StatusOK
	if a == schema.Add || view.Allowed {
		e.Explanation = scope.Explain(coll, a, rec)
	}
	e.Text = e.Explanation.String()
	switch {
	case e.User != nil && !e.User.Active:
		e.Status, e.Text = http.StatusUnauthorized, "denied: the account of "+e.User.Username+" is not active"
		e.Visible, e.Explanation.Allowed = false, false
		e.Explanation.Reason = "the account of " + e.User.Username + " is not active"
	case e.Explanation.Allowed:
	case a != schema.Add && !view.Allowed && scope.Grant(coll, schema.View).None && e.User == nil:
		e.Status = http.StatusUnauthorized
	case a != schema.Add && !view.Allowed && scope.Grant(coll, schema.View).None:
		e.Status = http.StatusForbidden
	case a != schema.Add && !view.Allowed:
		e.Status = http.StatusNotFound
	case e.User == nil:
		e.Status = http.StatusUnauthorized
	default:
		e.Status = http.StatusForbidden
	}
	return nil
}

// displayed is how a record calls itself.
func displayed(rd *store.Reader, name *rest.Display, coll *schema.Collection, key value.Value) (string, error) {
	list := query.List{Shape: name.Shape(), Scope: rd.SystemScope(), Limit: 1, Where: []query.Cond{
		query.Match{Path: schema.Path{{Field: coll.Key}}, Lookup: "exact", Values: []value.Value{key}},
	}}
	rows, err := list.Run(rd)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	text, _ := name.Text(rows[0], nil)
	return text, nil
}

// userBy returns a user by key, active or not; nil for "", the anonymous visitor.
func (c *Call) userBy(key string) (*access.User, error) {
	if key == "" {
		return nil, nil
	}
	k, err := c.compiled.state.Schema.Users().Key.Type.Parse(key)
	var user *access.User
	if err == nil {
		user, err = c.API.Store.User(c.Context(), k)
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, value.ErrSyntax) {
		return nil, rest.Validation(rest.FieldError("user", "There is no user "+strconv.Quote(key)+".", "does_not_exist"))
	}
	return user, err
}
