package api

import (
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// eraseRequest names whose values go: those of a user's own record, and of records.
type eraseRequest struct {
	User    string      `json:"user" openapi:"optional"`
	Records []recordKey `json:"records" openapi:"optional"`
}

type recordKey struct {
	Collection string `json:"collection"`
	Key        string `json:"key"`
}

type eraseBody struct {
	Changeset string `json:"changeset"`
	Rows      int    `json:"rows"` // that lost values
}

// maxErase bounds the records of one request.
const maxErase = 1000

// erase takes values out of the log.
func (c *Call) erase() (any, error) {
	var in eraseRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.User != "" {
		in.Records = append(in.Records, recordKey{c.compiled.state.Schema.Users().Name, in.User})
	}
	if len(in.Records) == 0 || len(in.Records) > maxErase {
		return nil, rest.Validation(rest.NonField("Name a user, or 1 to 1000 records.", "invalid"))
	}
	type target struct {
		collection *schema.Collection
		key        value.Value
	}
	var targets []target
	errs := &rest.Errors{}
	for i, r := range in.Records {
		coll := c.compiled.state.Schema.Collection(r.Collection)
		if coll == nil {
			errs.PutIndex(i, rest.FieldError("collection", "There is no such collection.", "invalid_choice"))
			continue
		}
		key, err := coll.Key.Type.Parse(r.Key)
		if err != nil {
			errs.PutIndex(i, rest.FieldError("key", "This is not a key of "+coll.Name+".", "invalid"))
			continue
		}
		targets = append(targets, target{coll, key})
	}
	if !errs.Empty() {
		all := &rest.Errors{}
		all.Put("records", errs)
		return nil, rest.Validation(all)
	}
	out := eraseBody{}
	o := c.origin("rest")
	o.Scope = c.historyScope()
	changeset, err := c.API.Store.Write(c.Context(), o, func(tx *store.Tx) error {
		out.Rows = 0
		for _, t := range targets {
			n, err := history.Erase(tx, t.collection, t.key)
			if err != nil {
				return err
			}
			out.Rows += n
		}
		return nil
	})
	out.Changeset = changeset
	return out, historyError(err)
}
