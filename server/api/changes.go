package api

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// changesBody is a page of the change log; next is the cursor= of the next one, or null.
type changesBody struct {
	Results []*history.Change `json:"results"`
	Next    *string           `json:"next"`
}

type versionsBody struct {
	Results []*history.Version `json:"results"`
	Next    *string            `json:"next"`
}

var changesOrder = []string{"collection", "record", "actor", "after", "before", "changeset", "group", "without", "op", "via", "cursor", "limit"}

var changesParameters = map[string]string{
	"collection": "Changes of a collection's records.", "record": "Changes of the record with this key; with collection.",
	"actor": "Changes by the user with this key.", "after": "Changes at or after a time (ISO 8601).", "before": "Changes before a time.",
	"changeset": "Changes of a changeset.", "group": "Changes of a group, such as an import.",
	"without": "Groups whose changes are left out, with commas between them; at most 100.",
	"op":      "create, update, delete, rewritten, schema or erased.",
	"via":     "The door: rest, import, fixture, cli, accounts, migration, revert.", "cursor": "The next of the page before.",
	"limit": "The size of a page, 50 unless given, at most 1000.",
}

// historyScope is what the caller may see and do with history: what roles say, as at the full resources.
func (c *Call) historyScope() *access.Scope { return c.Scope.WithPolicy(schema.PolicyRoles) }

// changes answers the change log.
func (c *Call) changes() (any, error) {
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	errs := &rest.Errors{}
	knownParameters(raw, changesOrder, errs)
	f, limit := c.changesFilter(raw, errs), number(raw, "limit", fullLimit, 1, fullLimitMax, errs)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	out := changesBody{}
	err = c.API.Store.Read(c.Context(), c.historyScope(), func(r *store.Reader) error {
		list, next, err := history.List(r, f, raw.Get("cursor"), limit)
		out.Results, out.Next = list, orNull(next)
		return err
	})
	return out, historyError(err)
}

// maxWithout bounds the groups that a list of changes leaves out.
const maxWithout = 100

// summarizeChanges sums up a changeset or a group.
func (c *Call) summarizeChanges() (any, error) { return c.summary() }

// summary is what the changeset or group of the path has done.
func (c *Call) summary() (out *history.Summary, err error) {
	err = c.API.Store.Read(c.Context(), c.historyScope(), func(r *store.Reader) (err error) {
		out, err = history.Summarize(r, c.Params["id"])
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, rest.NotFound("Changeset")
	}
	return out, historyError(err)
}

func knownParameters(raw url.Values, names []string, errs *rest.Errors) {
	for name := range raw {
		if !slices.Contains(names, name) && name != "format" {
			errs.Put(name, rest.Fail("There is no such parameter.", "invalid"))
		}
	}
}

func (c *Call) changesFilter(raw url.Values, errs *rest.Errors) history.Filter {
	f := history.Filter{
		Key: raw.Get("record"), Actor: raw.Get("actor"), Changeset: raw.Get("changeset"), Group: raw.Get("group"),
		Op: raw.Get("op"), Via: raw.Get("via"), After: moment(raw, "after", errs), Before: moment(raw, "before", errs),
	}
	if without := raw.Get("without"); without != "" {
		if f.Without = strings.Split(without, ","); len(f.Without) > maxWithout {
			errs.Put("without", rest.Fail("Name at most 100 groups.", "max_length"))
		}
	}
	if name := raw.Get("collection"); name != "" {
		if f.Collection = c.viewed(name); f.Collection == nil {
			errs.Put("collection", rest.Fail("There is no such collection.", "invalid_choice"))
		}
	}
	if f.Key != "" {
		f.Key = recordKeyText(f.Collection, f.Key, raw, errs)
	}
	if ops := []string{store.OpCreate, store.OpUpdate, store.OpDelete, store.OpRewritten, store.OpSchema, store.OpErased}; f.Op != "" && !slices.Contains(ops, f.Op) {
		errs.Put("op", rest.Fail(strconv.Quote(f.Op)+" is not a valid choice.", "invalid_choice"))
	}
	return f
}

// recordKeyText is a key as the log writes it.
func recordKeyText(coll *schema.Collection, text string, raw url.Values, errs *rest.Errors) string {
	if coll == nil {
		if raw.Get("collection") == "" {
			errs.Put("collection", rest.Fail("Name the record's collection.", "required"))
		}
		return text
	}
	key, err := coll.Key.Type.Parse(text)
	if err != nil {
		errs.Put("record", rest.Fail("This is not a key of "+coll.Name+".", "invalid"))
	}
	return coll.Key.Type.String(key)
}

// viewed returns a collection that the caller may view, or nil.
func (c *Call) viewed(name string) *schema.Collection {
	coll := c.compiled.state.Schema.Collection(name)
	if coll == nil || c.historyScope().Grant(coll, schema.View).None {
		return nil
	}
	return coll
}

func moment(raw url.Values, name string, errs *rest.Errors) (t time.Time) {
	text := raw.Get(name)
	if text == "" {
		return t
	}
	t, err := value.ParseDateTime(text)
	if err != nil {
		errs.Put(name, rest.Fail("Enter a time, such as 2026-05-01T12:00:00Z.", "invalid"))
	}
	return t
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// historyError gives the refusals of store/history their place among the API's errors.
func historyError(err error) error {
	switch {
	case errors.Is(err, history.ErrCursor):
		return rest.Validation(rest.FieldError("cursor", "The log has no such change.", "invalid"))
	case errors.Is(err, history.ErrTooMany):
		return rest.TooLarge("This is more than can be undone as one. Undo its changesets one by one.")
	}
	return err
}

// recordOfPath is the record that the path names. A collection that the caller may not view is not there.
func (c *Call) recordOfPath() (*schema.Collection, value.Value, error) {
	coll := c.viewed(c.Params["collection"])
	if coll == nil {
		return nil, value.Null, rest.NotFound("")
	}
	key, err := coll.Key.Type.Parse(c.Params["key"])
	if err != nil {
		return nil, value.Null, rest.NotFound(coll.Label) //nolint:nilerr // what is no key names no record
	}
	return coll, key, nil
}

// versions answers the history of a record.
func (c *Call) versions() (any, error) {
	coll, key, err := c.recordOfPath()
	if err != nil {
		return nil, err
	}
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	errs := &rest.Errors{}
	knownParameters(raw, []string{"cursor", "limit"}, errs)
	limit := number(raw, "limit", fullLimit, 1, fullLimitMax, errs)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	out := versionsBody{}
	err = c.API.Store.Read(c.Context(), c.historyScope(), func(r *store.Reader) error {
		list, next, err := history.Versions(r, coll, key, raw.Get("cursor"), limit)
		out.Results, out.Next = list, orNull(next)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, rest.NotFound(coll.Label)
	}
	return out, historyError(err)
}
