package api

import (
	"net/url"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/history"
)

// deletedBody is a page of the records of a collection that are gone.
type deletedBody struct {
	Results []deletedRecord `json:"results"`
	Next    *string         `json:"next" doc:"The cursor= of the page that follows."`
}

// deletedRecord is a record that is gone, with what the user calls himself who deleted it.
type deletedRecord struct {
	history.Deleted
	ActorDisplay *string `json:"actor_display"`
}

// Sizes of a page of deleted records.
const (
	deletedLimit    = 50
	deletedLimitMax = 200
)

// deleted answers the records that are gone, as the log has them.
func (r *resource) deleted(c *Call) (*Answer, error) {
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	errs := &rest.Errors{}
	knownParameters(raw, []string{"cursor", "limit"}, errs)
	limit := number(raw, "limit", deletedLimit, 1, deletedLimitMax, errs)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	out := deletedBody{Results: []deletedRecord{}}
	err = c.API.Store.Read(c.Context(), c.historyScope(), func(rd *store.Reader) error {
		list, next, err := history.ListDeleted(rd, r.def.Collection, raw.Get("cursor"), limit)
		if err != nil {
			return err
		}
		out.Next = orNull(next)
		names, err := c.actors(rd, list)
		for _, d := range list {
			one := deletedRecord{Deleted: *d}
			if d.Actor != nil {
				if name, ok := names[*d.Actor]; ok {
					one.ActorDisplay = &name
				}
			}
			out.Results = append(out.Results, one)
		}
		return err
	})
	if err != nil {
		return nil, historyError(err)
	}
	body, err := encode(out)
	return &Answer{Status: 200, Body: body}, err
}

// actors are what the users call themselves who deleted records, as far as the caller may know, by key.
func (c *Call) actors(rd *store.Reader, list []*history.Deleted) (map[string]string, error) {
	users := c.compiled.state.Schema.Users()
	wanted := wantedTexts{}
	for _, d := range list {
		if d.Actor == nil {
			continue
		}
		if key, err := users.Key.Type.Parse(*d.Actor); err == nil {
			wanted.add(users, key)
		}
	}
	found, err := wanted.load(c, rd)
	out := map[string]string{}
	for key, name := range found[users] {
		out[users.Key.Type.String(key)] = name
	}
	return out, err
}
