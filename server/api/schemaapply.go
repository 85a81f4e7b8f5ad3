package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
)

// applyRequest applies a document. Hash is the plan's that was shown; consent names the destructive steps agreed to.
type applyRequest struct {
	Document json.RawMessage `json:"document"`
	Hash     string          `json:"hash"`
	Consent  []string        `json:"consent"`
	Behind   bool            `json:"background" openapi:"optional" doc:"Answer 202 at once: background/{id}/ tells how far it is."`
}

type appliedBody struct {
	Name  string   `json:"name"`
	Files []string `json:"files"`
	Hash  string   `json:"hash"` // of the document now in force
}

func (c *Call) applySchema() (any, error) {
	var in applyRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Document == nil:
		return nil, required("document")
	case in.Hash == "":
		return nil, required("hash")
	}
	o := migrate.Options{Plan: in.Hash, Consent: migrate.Consent{Steps: in.Consent}}
	if in.Behind {
		return c.applyBehind(in.Document, o)
	}
	return c.applied(c.apply(c.Context(), in.Document, o))
}

// applyBehind applies a document behind the answer.
func (c *Call) applyBehind(document []byte, o migrate.Options) (any, error) {
	release, err := take(c.API.files.applies)
	if err != nil {
		return nil, err
	}
	r, err := c.newRun(runSchema, "")
	if err != nil {
		release()
		return nil, err
	}
	r.super, o.Watch = true, watchTables(r.at)
	sub := c.lasting()
	return r.behind(importTime, release, func(ctx context.Context) (*Answer, error) {
		out, err := sub.applied(sub.apply(ctx, document, o))
		return sub.answer(http.StatusOK, out, err)
	})
}

// watchTables tells how far a change of the tables is.
func watchTables(tell history.Watch) migrate.Watch {
	if tell == nil {
		return nil
	}
	return func(done, total int64) error { return tell("tables", done, total) }
}

// putSchema applies a document that loses nothing, if the one in force is still the one that If-Match names.
func (c *Call) putSchema() (any, error) {
	var in schemaBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Document == nil {
		return nil, required("document")
	}
	base := strings.Trim(c.Header("If-Match"), `" `)
	if base == "" {
		return nil, &rest.APIError{Status: 428, Code: "precondition_required",
			Detail: "Send the ETag of the schema that was changed in If-Match."}
	}
	out, err := c.applied(c.apply(c.Context(), in.Document, migrate.Options{Base: base}))
	var refused *rest.APIError
	if errors.As(err, &refused) && refused.Code == "moved" {
		return nil, &rest.APIError{Status: 412, Code: "precondition_failed", Detail: "The schema has changed since it was read."}
	}
	return out, err
}

// apply applies a document in the caller's name.
func (c *Call) apply(ctx context.Context, document []byte, o migrate.Options) (*migrate.Applied, error) {
	release, err := wait(ctx, c.API.files.plans)
	if err != nil {
		return nil, err
	}
	defer release()
	doc, _ := schema.AssignIDs(document, c.API.Store.Schema())
	o.Actor = c.origin("").Actor
	done, err := c.API.Store.Apply(ctx, c.API.Migrations, doc, o)
	if err != nil {
		return nil, migrationError(err)
	}
	return done, nil
}

func (c *Call) applied(done *migrate.Applied, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return appliedBody{done.Name, append([]string{}, done.Files...), c.API.Store.Schema().Hash}, nil
}

// migrationError gives the refusals of a migration their place among the API's errors.
func migrationError(err error) error {
	var list schema.Problems
	var consent *migrate.ConsentError
	var problem *migrate.ProblemError
	switch {
	case errors.As(err, &list):
		errs := &rest.Errors{}
		for _, p := range list {
			at := p.Path
			if at == "" {
				at = "document"
			}
			errs.Put(at, rest.Fail(strings.TrimSpace(p.Message+" "+p.Suggestion), "invalid"))
		}
		return rest.Validation(errs)
	case errors.Is(err, migrate.ErrMoved):
		return rest.Conflict("The schema has changed since the plan was made. Plan again.", "moved")
	case errors.Is(err, migrate.ErrPending):
		return rest.Conflict("There are migrations that have not been applied.", "pending")
	case errors.As(err, &consent):
		return rest.Conflict("This change loses data: "+lost(consent.Plan)+" Name the steps in consent.", "consent_required")
	case errors.As(err, &problem):
		return rest.Conflict(problem.Error(), "impossible")
	}
	return err
}

// lost says which steps of a plan want consent: "Drop field body of notes. The value is lost in 3 records. (s1)"
func lost(p *migrate.Plan) string {
	var parts []string
	for _, s := range p.Destructive() {
		parts = append(parts, s.Sentence+" ("+s.ID+")")
	}
	return strings.Join(parts, " ")
}
