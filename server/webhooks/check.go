package webhooks

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

// Event is what a webhook is told of one collection, by the names of the schema.
type Event struct {
	Collection string   `json:"collection"`
	Operations []string `json:"operations" openapi:"optional" doc:"create, update, delete. Default: all."`
	Filter     string   `json:"filter" openapi:"optional" doc:"An expression that the record must meet: after a create or update, before a delete."`
	Fields     []string `json:"fields" openapi:"optional,nullable" doc:"What is sent. Default: all that the user may read."`
}

// Spec is a webhook as somebody wants it.
type Spec struct {
	Name    string
	URL     string
	User    string // key
	Events  []Event
	Enabled bool
}

// The bounds of a webhook.
const (
	maxHooks  = 100
	maxEvents = 100
	maxName   = 100
	maxURL    = 2000
)

var operations = []string{store.OpCreate, store.OpUpdate, store.OpDelete}

// check looks at what somebody wants, and returns it as it is stored. The error is *rest.Errors where it is about that.
func (s *Service) check(ctx context.Context, want Spec) ([]store.WebhookEvent, error) {
	errs := &rest.Errors{}
	if n := len([]rune(want.Name)); n == 0 || n > maxName {
		errs.Put("name", rest.Fail("Give it a name of 1 to 100 characters.", "invalid"))
	}
	if err := s.CheckURL(want.URL); err != nil {
		errs.Put("url", rest.Fail(capital(err.Error())+".", "invalid"))
	} else if len(want.URL) > maxURL {
		errs.Put("url", rest.Fail("Ensure this field has no more than 2000 characters.", "max_length"))
	}
	st := s.store.State()
	scope, err := s.scopeOf(ctx, st, want.User)
	if err != nil && !errors.Is(err, errNoUser) {
		return nil, err
	}
	var events []store.WebhookEvent
	if err != nil {
		errs.Put("user", rest.Fail("There is no active user with this key.", "does_not_exist"))
	} else if list, below := checkEvents(st.Schema, scope, want.Events); below.Empty() {
		events = list
	} else {
		errs.Put("events", below)
	}
	if !errs.Empty() {
		return nil, errs
	}
	return events, nil
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func checkEvents(s *schema.Schema, scope *access.Scope, want []Event) ([]store.WebhookEvent, *rest.Errors) {
	if len(want) == 0 || len(want) > maxEvents {
		return nil, rest.Fail("Name 1 to 100 collections.", "invalid")
	}
	all := rest.ListErrors(len(want))
	var out []store.WebhookEvent
	for i, w := range want {
		e, errs := checkEvent(s, scope, w)
		if errs.Empty() && slices.ContainsFunc(out, func(have store.WebhookEvent) bool { return have.Collection == e.Collection }) {
			errs.Put("collection", rest.Fail("This collection is there twice.", "unique"))
		}
		if !errs.Empty() {
			all.PutIndex(i, errs)
		}
		out = append(out, e)
	}
	return out, all
}

func checkEvent(s *schema.Schema, scope *access.Scope, want Event) (store.WebhookEvent, *rest.Errors) {
	errs := &rest.Errors{}
	c := s.Collection(want.Collection)
	if c == nil {
		names := make([]string, len(s.Collections))
		for i, other := range s.Collections {
			names[i] = other.Name
		}
		errs.Put("collection", missing("collection", want.Collection, names))
		return store.WebhookEvent{}, errs
	}
	out := store.WebhookEvent{Collection: c.ID, Operations: want.Operations, Filter: strings.TrimSpace(want.Filter)}
	if len(out.Operations) == 0 {
		out.Operations = operations
	}
	for _, op := range out.Operations {
		if !slices.Contains(operations, op) {
			errs.Put("operations", missing("operation", op, operations))
		}
	}
	if scope.Grant(c, schema.View).None {
		errs.Put("collection", rest.Fail("The webhook's user may not view this collection.", "permission_denied"))
	}
	checkFilter(s, scope, c, out.Filter, errs)
	out.Fields = checkFields(scope, c, want.Fields, errs)
	return out, errs
}

func checkFilter(s *schema.Schema, scope *access.Scope, c *schema.Collection, filter string, errs *rest.Errors) {
	if filter == "" {
		return
	}
	e, err := expr.Compile(filter, expr.Env{Collection: c, Users: s.Users()})
	if err == nil {
		err = scope.CheckFilter(e)
	}
	var wrong expr.Errors
	if errors.As(err, &wrong) {
		for _, one := range wrong {
			errs.Put("filter", rest.Fail(one.Error(), "invalid"))
		}
	} else if err != nil {
		errs.Put("filter", rest.Fail(err.Error(), "invalid"))
	}
}

// checkFields returns the ids of fields.
func checkFields(scope *access.Scope, c *schema.Collection, names []string, errs *rest.Errors) (ids []string) {
	var readable []string
	for _, f := range c.Fields {
		if scope.Readable(f) {
			readable = append(readable, f.Name)
		}
	}
	for _, name := range names {
		if !slices.Contains(readable, name) {
			errs.Put("fields", missing("field that the webhook's user may read", name, readable))
			continue
		}
		ids = append(ids, c.Field(name).ID)
	}
	return ids
}

// missing says that something is not there, and what may have been meant.
func missing(what, name string, candidates []string) *rest.Errors {
	return rest.Fail(strings.TrimSpace("There is no "+what+" "+strconv.Quote(name)+". "+schema.Nearest(name, candidates)), "does_not_exist")
}

// Events returns what a webhook is told of, by the names that are in force. What was dropped from the schema is left out.
func (s *Service) Events(w *store.Webhook) []Event {
	out := []Event{}
	for _, e := range w.Events {
		c := byID(s.store.Schema(), e.Collection)
		if c == nil {
			continue
		}
		ev := Event{Collection: c.Name, Operations: e.Operations, Filter: e.Filter}
		if len(e.Fields) > 0 {
			for _, f := range chosen(c, e.Fields) {
				ev.Fields = append(ev.Fields, f.Name)
			}
		}
		out = append(out, ev)
	}
	return out
}
