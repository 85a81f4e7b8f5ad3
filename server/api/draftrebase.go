package api

import (
	"encoding/json"
	"net/http"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
)

// rebaseRequest says how conflicts are settled: by their paths, "mine" or "theirs".
type rebaseRequest struct {
	Check   bool              `json:"check" openapi:"optional" doc:"Tell what would become of it, and keep nothing."`
	Resolve map[string]string `json:"resolve" openapi:"optional"`
}

type rebaseBody struct {
	Conflicts []draftConflict `json:"conflicts"`
	Draft     *draftBody      `json:"draft"`
}

// draftConflict is a place that the draft and the schema in force have changed in different ways. A side that does not
// have it is absent.
type draftConflict struct {
	Path   string          `json:"path"`
	Base   json.RawMessage `json:"base,omitempty"`
	Mine   json.RawMessage `json:"mine,omitempty"`
	Theirs json.RawMessage `json:"theirs,omitempty"`
}

// rebaseDraft puts what a draft has changed since its base onto the schema in force.
func (c *Call) rebaseDraft() (any, error) {
	var in rebaseRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	settled := map[string]schema.Side{}
	for path, side := range in.Resolve {
		if side != string(schema.Mine) && side != string(schema.Theirs) {
			return nil, rest.Validation(rest.FieldError("resolve", "A conflict is settled by mine or theirs.", "invalid_choice"))
		}
		settled[path] = schema.Side(side)
	}
	var o *store.Owned
	out := rebaseBody{}
	_, err := c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) (err error) {
		if o, err = c.draftToWrite(tx.Conn, !in.Check); err != nil {
			return err
		}
		if out.Conflicts, err = rebase(o, tx.Schema, settled); err != nil || in.Check || len(out.Conflicts) > 0 {
			return err
		}
		return c.saveOwned(tx, o)
	})
	if err != nil {
		return nil, err
	}
	var texts draftTexts
	if err := json.Unmarshal([]byte(o.Body), &texts); err != nil {
		return nil, err
	}
	status := http.StatusOK
	if len(out.Conflicts) > 0 && !in.Check {
		status = http.StatusConflict
	} else {
		b := c.draftBody(o)
		b.Document, out.Draft = texts.Document, &b
	}
	return tagVersion(status, out, o.Version)
}

// rebase gives a draft another base and the merged document.
func rebase(o *store.Owned, now *schema.Schema, settled map[string]schema.Side) ([]draftConflict, error) {
	texts, _, err := draftOf(o)
	if err != nil {
		return nil, err
	}
	base := now.Document.Canonical()
	merged, conflicts, problems := schema.Merge(texts.Base, texts.Document, base, settled)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	o.About = now.Hash
	out := []draftConflict{}
	for _, x := range conflicts {
		out = append(out, draftConflict{x.Path, x.Base, x.Mine, x.Their})
	}
	return out, setTexts(o, draftTexts{base, merged})
}
