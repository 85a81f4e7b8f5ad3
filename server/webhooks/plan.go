package webhooks

import (
	"context"
	"errors"
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

// plan is a webhook against the schema in force.
type plan struct {
	hook   *store.Webhook
	scope  *access.Scope // of its user
	events map[string]*event
	broken string // why nothing can be sent: ""
}

// event is what a plan sends of one collection.
type event struct {
	collection *schema.Collection
	operations []string
	filter     *expr.Expr      // nil: every record
	fields     []*schema.Field // in order
	links      []*schema.Field // the many-to-many ones of them
}

// method is what rules read as request.method when a message is made.
const method = "WEBHOOK"

// scopeOf is what a webhook's user may see. The error says what is wrong with him.
func (s *Service) scopeOf(ctx context.Context, st *store.State, userKey string) (*access.Scope, error) {
	key, err := st.Schema.Users().Key.Type.Parse(userKey)
	if err != nil {
		return nil, errNoUser
	}
	user, err := s.store.User(ctx, key)
	if errors.Is(err, store.ErrNotFound) || err == nil && !user.Active {
		return nil, errNoUser
	}
	if err != nil {
		return nil, err
	}
	return st.Policy.Scope(user, s.store.Now(), expr.Request{Method: method}), nil
}

var errNoUser = errors.New("its user is gone or not active")

// planOf makes a webhook's plan. An error is the database's; what is wrong with the webhook stands in the plan.
func (s *Service) planOf(ctx context.Context, st *store.State, w *store.Webhook) (*plan, error) {
	p := &plan{hook: w, events: map[string]*event{}}
	var err error
	if p.scope, err = s.scopeOf(ctx, st, w.User); errors.Is(err, errNoUser) {
		p.broken = "Turned off: " + err.Error() + "."
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range w.Events {
		c := byID(st.Schema, e.Collection)
		if c == nil {
			continue // dropped
		}
		if p.events[e.Collection], err = p.eventOf(st.Schema, c, e); err != nil {
			p.broken = "Turned off: its filter on " + c.Name + " no longer fits the schema: " + err.Error()
		}
	}
	return p, nil
}

// eventOf makes what a plan sends of a collection. The error is about the filter.
func (p *plan) eventOf(s *schema.Schema, c *schema.Collection, e store.WebhookEvent) (ev *event, err error) {
	ev = &event{collection: c, operations: e.Operations, fields: chosen(c, e.Fields)}
	if e.Filter != "" {
		if ev.filter, err = expr.Compile(e.Filter, expr.Env{Collection: c, Users: s.Users()}); err != nil {
			return nil, err
		}
	}
	ev.fields = slices.DeleteFunc(ev.fields, func(f *schema.Field) bool { return !p.scope.Readable(f) })
	for _, f := range ev.fields {
		if f.Relation == schema.ManyToMany {
			ev.links = append(ev.links, f)
		}
	}
	return ev, nil
}

func byID(s *schema.Schema, id string) *schema.Collection {
	for _, c := range s.Collections {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// chosen returns the fields with some ids, all where there is none, in the collection's order.
func chosen(c *schema.Collection, ids []string) []*schema.Field {
	var out []*schema.Field
	for _, f := range c.Fields {
		if !f.Secret && (len(ids) == 0 || slices.Contains(ids, f.ID)) {
			out = append(out, f)
		}
	}
	return out
}

// wants returns what a plan sends of a change, nil for nothing.
func (p *plan) wants(ch *store.Change) *event {
	if ev := p.events[ch.Collection]; ev != nil && slices.Contains(ev.operations, ch.Op) {
		return ev
	}
	return nil
}

// shows reports whether a record passes the user's sight and the filter.
func (p *plan) shows(ev *event, rec *store.Record) (bool, error) {
	if ok, err := p.scope.Allows(ev.collection, schema.View, rec); !ok || err != nil || ev.filter == nil {
		return ok, err
	}
	t, err := ev.filter.Eval(rec, p.scope.ClientBindings())
	if errors.Is(err, expr.ErrTooMany) { // related records of the user: as a list with this filter would be refused
		return false, nil
	}
	return t == expr.True, err
}
