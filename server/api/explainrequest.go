package api

import (
	"errors"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// requestExplanation answers a request with ?explain=1: what it would be answered with, and what decides so.
type requestExplanation struct {
	Allowed bool            `json:"allowed"`
	Status  int             `json:"status"`
	User    string          `json:"user"` // "" is the anonymous visitor
	Text    string          `json:"text" words:"say"`
	Steps   []explainedStep `json:"steps"`
	Index   string          `json:"index,omitempty"` // of a list that no index serves: what to add to the schema
}

// explainedStep is one decision: of the record as it is stored, as the request would make it ("new"), or of the whole
// collection.
type explainedStep struct {
	Of string `json:"of"`
	access.Explanation
}

// What an explainedStep is about.
const (
	ofStored     = "stored"
	ofNew        = "new"
	ofCollection = "collection"
)

// asksExplanation reports whether a superuser wants to know what decides, instead of the answer. Anybody else's
// ?explain=1 is a parameter that does not exist.
func (c *Call) asksExplanation() bool {
	return c.Query != "" && c.superuser() && c.Method != "OPTIONS" &&
		c.params.Get("explain") == "1"
}

// explaining is one request being explained.
type explaining struct {
	*resource
	call *Call // as the user in question
	out  requestExplanation
}

// explainRequest answers ?explain=1, for the caller or, with as=, for another user. Nothing is written.
func (r *resource) explainRequest(c *Call) (*Answer, error) {
	sub := *c
	if c.params.Has("as") {
		scope, err := c.as(c.params.Get("as"))
		if err != nil {
			return nil, rest.Validation(rest.FieldError("as", "There is no user with this key.", "does_not_exist"))
		}
		sub.User, sub.Scope = scope.User(), scope
	}
	sub.Scope = sub.Scope.WithResource(r.def)
	if sub.Method == "HEAD" {
		sub.Method = "GET"
	}
	if !slices.Contains(c.View.Methods, sub.Method) {
		return nil, rest.MethodNotAllowed(c.Method)
	}
	x := &explaining{resource: r, call: &sub}
	x.out.Steps = []explainedStep{}
	if sub.User != nil {
		x.out.User = sub.User.Username
	}
	err := c.API.Store.Read(c.Context(), sub.Scope, x.explain)
	if err != nil {
		return nil, err
	}
	body, err := c.encode(x.out)
	return &Answer{Status: 200, Body: body}, err
}

// explain goes the way of the request itself: the permission, then the record in sight, then the rule of the action.
func (x *explaining) explain(rd *store.Reader) error {
	coll, method := x.def.Collection, x.call.Method
	action, writes := actionOf[method]
	if !writes {
		action = schema.View
	}
	if x.call.User != nil && !x.call.User.Active {
		x.refuse(401, "denied: the account of "+x.call.User.Username+" is not active")
		return nil
	}
	blank := rd.NewRecord(coll, make([]value.Value, len(coll.Columns)))
	if !x.may(x.call, method) {
		x.step(ofCollection, action, blank)
		x.refuse(x.call.denied().Status, "")
		return nil
	}
	switch {
	case x.call.View.detail:
		return x.explainOne(rd, action)
	case method == "POST":
		return x.explainCreate(rd, blank)
	}
	return x.explainList(rd)
}

// step adds the decision on an action and reports whether it is allowed.
func (x *explaining) step(of string, a schema.Action, rec *store.Record) bool {
	e := x.call.Scope.Explain(x.def.Collection, a, rec)
	x.out.Steps = append(x.out.Steps, explainedStep{of, e})
	x.out.Text = e.String()
	return e.Allowed
}

func (x *explaining) refuse(status int, text string) {
	x.out.Allowed, x.out.Status = false, status
	if text != "" {
		x.out.Text = text
	}
}

func (x *explaining) allow(status int, text string) {
	x.out.Allowed, x.out.Status = true, status
	if text != "" {
		x.out.Text = text
	}
}

// explainOne explains a request for one record.
func (x *explaining) explainOne(rd *store.Reader, action schema.Action) error {
	coll := x.def.Collection
	lookup, err := x.lookup(x.call.Lookup)
	var row *query.Row
	if err == nil {
		row, err = query.Get(rd, query.NewShape(coll), rd.SystemScope(), x.matches(lookup))
	}
	var none *rest.APIError
	if errors.Is(err, query.ErrNotFound) || errors.As(err, &none) {
		x.refuse(404, "denied: there is no such record in "+coll.Name)
		return nil
	}
	if err != nil {
		return err
	}
	rec, err := rd.Record(coll, row.Key())
	if err != nil {
		return err
	}
	if !x.step(ofStored, schema.View, rec) {
		x.refuse(404, "")
		return nil
	}
	seen := x.out.Text
	switch _, err := x.get(x.call, rd, query.NewShape(coll)); {
	case errors.As(err, &none) && none.Status == 404:
		x.refuse(404, "denied: the record may be viewed, but the filters of the resource or of the request leave it out")
		return nil
	case err != nil:
		return err
	}
	if action == schema.View {
		x.allow(200, seen)
		return nil
	}
	if !x.step(ofStored, action, rec) {
		x.refuse(x.call.denied().Status, "")
		return nil
	}
	if action == schema.Delete {
		x.allow(204, "")
		return nil
	}
	return x.explainUpdate(rd, rec)
}

// explainUpdate explains a change that the record as it is stored allows: it is made, looked at, and undone.
func (x *explaining) explainUpdate(rd *store.Reader, rec *store.Record) error {
	x.allow(200, "")
	if x.call.fiber.Request().Header.ContentLength() == 0 {
		return nil
	}
	input, err := x.bound(rd, rec, nil)
	if err != nil {
		return err
	}
	return x.rehearse(schema.Change, func(tx *store.Tx) (value.Value, error) {
		return rec.Key(), tx.Update(rec.Key(), input, x.call.condition())
	})
}

// explainCreate explains a create. Where rules look at the new record it is made, looked at, and undone.
func (x *explaining) explainCreate(rd *store.Reader, blank *store.Record) error {
	if x.call.fiber.Request().Header.ContentLength() == 0 && x.call.Scope.Grant(x.def.Collection, schema.Add).All {
		x.step(ofCollection, schema.Add, blank)
		x.allow(201, "")
		return nil
	}
	p, err := x.preset()
	if err != nil {
		return err
	}
	input, err := x.bound(rd, nil, p)
	if err != nil {
		return err
	}
	x.allow(201, "")
	return x.rehearse(schema.Add, func(tx *store.Tx) (value.Value, error) { return tx.Create(input) })
}

// preset is what the path of a nested route gives the new record; nil elsewhere.
func (x *explaining) preset() (*preset, error) {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(x.call.Path, prefix), "/"), "/")
	parent := x.call.compiled.resources[parts[0]]
	if x.call.Lookup == "" || parent == nil || len(parts) != 3 {
		return nil, nil //nolint:nilnil // as create takes it
	}
	name, _ := rest.CutSuffix(parts[2])
	key, err := parent.parentKey(x.call)
	return &preset{parent, parent.def.Collection.ReverseRelation(name).Field, key, x.call.Lookup}, err
}

// bound validates the body as the user's. Uploads are left out: no rule can look into them.
func (x *explaining) bound(rd *store.Reader, rec *store.Record, p *preset) (*store.Input, error) {
	body, err := x.call.body()
	if err != nil {
		return nil, err
	}
	defer body.Discard(true)
	p.into(body.Node, x.def.Serializer)
	opt := x.bindOptions(x.call, rd)
	if rec != nil {
		opt.Instance, opt.Partial = rec, x.call.Method == "PATCH"
	}
	input, err := x.serializer.Bind(body.Node, opt)
	if err != nil {
		return nil, err
	}
	if p != nil {
		input.Values[p.field] = p.value
	}
	return withoutFiles(input), nil
}

// withoutFiles puts a name in the place of each upload.
func withoutFiles(in *store.Input) *store.Input {
	for f := range in.Files {
		in.Values[f] = value.Text("upload")
	}
	in.Files = nil
	for _, children := range in.Children {
		for _, item := range children.Items {
			withoutFiles(item)
		}
	}
	return in
}

// errRehearsed undoes a rehearsal.
var errRehearsed = errors.New("api: rehearsed")

// rehearse writes with every right, explains the record as it would be stored, and undoes the write.
func (x *explaining) rehearse(a schema.Action, write func(*store.Tx) (value.Value, error)) error {
	o := store.Origin{Scope: access.System(x.call.compiled.state.Policy), Via: "rest"}
	at := len(x.out.Steps)
	_, err := x.call.API.Store.Write(x.call.Context(), o, func(tx *store.Tx) error {
		x.out.Steps = x.out.Steps[:at] // the writer may run this again
		key, err := write(tx)
		if err != nil {
			return err
		}
		rec, err := tx.Record(x.def.Collection, key)
		if err != nil {
			return err
		}
		if !x.step(ofNew, a, rec) {
			x.refuse(x.call.denied().Status, "")
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return x.writeError(x.call, err)
}
