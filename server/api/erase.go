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
	if in.User == "" && len(in.Records) == 0 || len(in.Records) > maxErase {
		return nil, rest.Validation(rest.NonField("Name a user, or 1 to 1000 records.", "invalid"))
	}
	targets, errs := c.eraseTargets(in)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
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
			if t.collection == tx.Schema.Users() {
				if err := store.ForgetOwned(tx.Conn, t.collection.Key.Type.String(t.key)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	out.Changeset = changeset
	return out, historyError(err)
}

// eraseTarget is a record, there or gone.
type eraseTarget struct {
	collection *schema.Collection
	key        value.Value
}

func (c *Call) eraseTargets(in eraseRequest) (list []eraseTarget, errs *rest.Errors) {
	errs = &rest.Errors{}
	s := c.compiled.state.Schema
	if in.User != "" {
		one, wrong := readTarget(s.Users(), in.User)
		if list = append(list, one); wrong != nil {
			errs.Put("user", rest.Fail("This is not a key of users.", "invalid"))
		}
	}
	items := rest.ListErrors(len(in.Records))
	for i, r := range in.Records {
		one, wrong := readTarget(s.Collection(r.Collection), r.Key)
		if list = append(list, one); wrong != nil {
			items.PutIndex(i, wrong)
		}
	}
	if !items.Empty() {
		errs.Put("records", items)
	}
	return list, errs
}

func readTarget(coll *schema.Collection, text string) (eraseTarget, *rest.Errors) {
	if coll == nil {
		return eraseTarget{}, rest.FieldError("collection", "There is no such collection.", "invalid_choice")
	}
	key, err := coll.Key.Type.Parse(text)
	if err != nil {
		return eraseTarget{}, rest.FieldError("key", "This is not a key of "+coll.Name+".", "invalid")
	}
	return eraseTarget{coll, key}, nil
}
