package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// draftBody is a draft of the schema document. Document is absent in lists.
type draftBody struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Owner     string          `json:"owner"`
	Shared    bool            `json:"shared"`
	Base      string          `json:"base" doc:"Hash of the schema that it was made from."`
	Moved     bool            `json:"moved" doc:"Another schema is in force now."`
	Version   int64           `json:"version"`
	Created   time.Time       `json:"created"`
	Changed   time.Time       `json:"changed"`
	ChangedBy string          `json:"changed_by"`
	Document  json.RawMessage `json:"document,omitempty"`
}

// draftRequest makes a draft, or changes what it names of one.
type draftRequest struct {
	Name     *string         `json:"name" openapi:"optional"`
	Shared   *bool           `json:"shared" openapi:"optional" doc:"Every superuser sees and changes it."`
	Document json.RawMessage `json:"document" openapi:"optional" doc:"Default: the one in force."`
	Base     string          `json:"base" openapi:"optional" doc:"Of a new one: the hash of the schema that was read."`
}

// draftTexts are the documents of a draft as they are stored: the one that it was made from, and the edited one.
type draftTexts struct {
	Base     json.RawMessage `json:"base"`
	Document json.RawMessage `json:"document"`
}

// The limits of drafts.
const (
	maxDrafts    = 100 // of one user
	maxDraft     = 1 << 20
	maxDraftName = 120
)

// draftOperations lists the system API's drafts of the schema document.
func (a *API) draftOperations() []operation {
	const one = "schema/drafts/{id}/"
	op := func(method, path, summary string, in, out any, handle func(*Call) (any, error), errors ...int) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Request: in, Response: out, Errors: errors,
		}})
	}
	create := op("POST", "schema/drafts/", "Begin a draft of the schema document", draftRequest{}, draftBody{}, (*Call).createDraft, 400, 409)
	create.Status = http.StatusCreated
	change := op("PATCH", one, "Change a draft", draftRequest{}, draftBody{}, (*Call).changeDraft, 400, 404, 412, 428)
	change.Parameters = ifMatch("The version that was read; required.")
	drop := op("DELETE", one, "Delete a draft", nil, nil, (*Call).deleteDraft, 404, 412)
	rebase := op("POST", one+"rebase/", "Put a draft's changes onto the schema in force", rebaseRequest{}, rebaseBody{}, (*Call).rebaseDraft, 400, 404, 409, 412, 428)
	drop.Parameters, rebase.Parameters = ifMatch("The version that was read."), ifMatch("The version that was read; required unless check is true.")
	return []operation{
		op("GET", "schema/drafts/", "The caller's drafts and the shared ones, the latest change first", nil, []draftBody{}, (*Call).listDrafts), create,
		op("GET", one, "A draft", nil, draftBody{}, (*Call).readDraft, 404), change, drop, rebase,
	}
}

func (c *Call) draftBody(o *store.Owned) draftBody {
	return draftBody{
		ID: o.ID, Name: o.Name, Owner: o.Owner, Shared: o.Shared, Base: o.About, Moved: o.About != c.API.Store.Schema().Hash,
		Version: o.Version, Created: o.Created, Changed: o.Changed, ChangedBy: o.ChangedBy,
	}
}

func (c *Call) listDrafts() (any, error) {
	list, err := c.ownedFor(store.OwnedDraft)
	slices.SortStableFunc(list, func(a, b *store.Owned) int { return b.Changed.Compare(a.Changed) })
	out := []draftBody{}
	for _, o := range list {
		out = append(out, c.draftBody(o))
	}
	return out, err
}

// answeredDraft answers a draft with its document.
func (c *Call) answeredDraft(o *store.Owned, status int, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	var texts draftTexts
	if err := json.Unmarshal([]byte(o.Body), &texts); err != nil {
		return nil, err
	}
	b := c.draftBody(o)
	b.Document = texts.Document
	return tagVersion(status, b, o.Version)
}

func (c *Call) readDraft() (any, error) {
	var o *store.Owned
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		o, err = c.ownedByID(conn, store.OwnedDraft, c.Params["id"])
		return err
	})
	return c.answeredDraft(o, http.StatusOK, err)
}

func (c *Call) createDraft() (any, error) {
	var in draftRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	now := c.API.Store.Schema()
	if in.Base != "" && in.Base != now.Hash {
		return nil, rest.Conflict("The schema has changed since it was read. Read it again.", "moved")
	}
	o, err := c.newOwned(store.OwnedDraft)
	if err != nil {
		return nil, err
	}
	base := now.Document.Canonical()
	o.Name, o.About = "Draft", now.Hash
	if err := setTexts(o, draftTexts{base, base}); err != nil {
		return nil, err
	}
	if err := c.editDraft(o, &in); err != nil {
		return nil, err
	}
	_, err = c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
		mine, err := store.CountOwned(tx.Conn, o.Kind, o.Owner)
		if err == nil && mine >= maxDrafts {
			err = rest.Conflict("You have "+strconv.Itoa(maxDrafts)+" drafts already. Delete some first.", "too_many")
		}
		if err != nil {
			return err
		}
		o.Version = 0
		return c.saveOwned(tx, o)
	})
	return c.answeredDraft(o, http.StatusCreated, err)
}

// editDraft puts what a request names into a draft. The document need not be valid, but everything in it has an id
// then.
func (c *Call) editDraft(o *store.Owned, in *draftRequest) error {
	errs := &rest.Errors{}
	set(&o.Name, in.Name)
	set(&o.Shared, in.Shared)
	o.Name = strings.TrimSpace(o.Name)
	if n := utf8.RuneCountInString(o.Name); n == 0 || n > maxDraftName {
		errs.Put("name", rest.Fail("A name has 1 to "+strconv.Itoa(maxDraftName)+" characters.", "invalid"))
	}
	if in.Document != nil {
		if len(in.Document) > maxDraft {
			errs.Put("document", rest.Fail("A draft has at most 1 MiB.", "max_length"))
		} else if _, problems := schema.ParseDocument(in.Document); problems != nil || in.Document[0] != '{' {
			errs.Put("document", rest.Fail(strings.TrimSpace("This is no schema document. "+problems.Error()), "invalid"))
		}
	}
	if !errs.Empty() {
		return rest.Validation(errs)
	}
	if in.Document == nil {
		return nil
	}
	texts, base, err := draftOf(o)
	if err != nil {
		return err
	}
	texts.Document, _ = schema.AssignIDs(in.Document, base)
	return setTexts(o, texts)
}

// draftOf reads the documents of a draft, and the base as a schema.
func draftOf(o *store.Owned) (texts draftTexts, base *schema.Schema, err error) {
	if err = json.Unmarshal([]byte(o.Body), &texts); err != nil {
		return texts, nil, err
	}
	st, err := store.Compile(texts.Base)
	if err != nil {
		return texts, &schema.Schema{}, nil //nolint:nilerr // a base of a version before: names find no ids in it
	}
	return texts, st.Schema, nil
}

func setTexts(o *store.Owned, texts draftTexts) error {
	body, err := encode(texts)
	o.Body = string(body)
	return err
}

// draftToWrite returns the draft of the path, in the version that the caller read.
func (c *Call) draftToWrite(conn db.Conn, required bool) (*store.Owned, error) {
	o, err := c.ownedByID(conn, store.OwnedDraft, c.Params["id"])
	if err == nil {
		err = c.isVersion(o.Version, required)
	}
	return o, err
}

func (c *Call) changeDraft() (any, error) {
	var in draftRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Base != "" {
		return nil, rest.Validation(rest.FieldError("base", "A draft moves to another base by rebase/.", "invalid"))
	}
	var o *store.Owned
	_, err := c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) (err error) {
		if o, err = c.draftToWrite(tx.Conn, true); err == nil {
			err = c.editDraft(o, &in)
		}
		if err != nil {
			return err
		}
		return c.saveOwned(tx, o)
	})
	return c.answeredDraft(o, http.StatusOK, err)
}

func (c *Call) deleteDraft() (any, error) {
	_, err := c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
		o, err := c.draftToWrite(tx.Conn, false)
		if err != nil {
			return err
		}
		return store.DeleteOwned(tx.Conn, o.Kind, o.ID)
	})
	return &Answer{Status: http.StatusNoContent}, err
}
