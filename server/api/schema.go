package api

import (
	"encoding/json"
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
)

type schemaBody struct {
	Hash     string          `json:"hash"`
	Document json.RawMessage `json:"document"`
}

type planRequest struct {
	Document json.RawMessage `json:"document"`
}

// planBody is a plan: what would be done, and what is wrong with the document.
type planBody struct {
	Hash   string         `json:"hash"`
	Base   string         `json:"base"`
	Steps  []migrate.Step `json:"steps"`
	SQL    string         `json:"sql"`
	Errors []problemBody  `json:"errors"`
}

type problemBody struct {
	Path       string `json:"path"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
}

// applyRequest applies a document. Hash is the plan's that was shown; consent names the destructive steps agreed to.
type applyRequest struct {
	Document json.RawMessage `json:"document"`
	Hash     string          `json:"hash"`
	Consent  []string        `json:"consent"`
}

type appliedBody struct {
	Name  string   `json:"name"`
	Files []string `json:"files"`
	Hash  string   `json:"hash"` // of the document now in force
}

// readSchema answers the whole document to superusers, and to others the collections that they may view.
func (c *Call) readSchema() (any, error) {
	s := c.compiled.state.Schema
	if c.User.Superuser {
		return schemaBody{s.Hash, s.Document.Canonical()}, nil
	}
	type field struct {
		Type  string `json:"type"`
		Label string `json:"label"`
	}
	type collection struct {
		Label  string           `json:"label"`
		Fields map[string]field `json:"fields"`
	}
	out := map[string]collection{}
	for _, coll := range s.Collections {
		if c.Scope.Grant(coll, schema.View).None {
			continue
		}
		fields := map[string]field{}
		for _, f := range coll.Fields {
			if c.Scope.Readable(f) && !f.Secret {
				fields[f.Name] = field{typeName(f), f.Label}
			}
		}
		out[coll.Name] = collection{coll.Label, fields}
	}
	doc, err := json.Marshal(map[string]any{"collections": out})
	return schemaBody{s.Hash, doc}, err
}

func typeName(f *schema.Field) string {
	switch f.Relation {
	case schema.ForeignKey:
		return "foreign_key"
	case schema.OneToOne:
		return "one_to_one"
	case schema.ManyToMany:
		return "many_to_many"
	}
	return string(f.Type.Kind)
}

func (c *Call) planSchema() (any, error) {
	var in planRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	doc, _ := schema.AssignIDs(in.Document)
	st, err := store.Compile(doc)
	if err != nil {
		return problems(err)
	}
	plan, err := c.API.Store.Migrations(c.API.Migrations).Plan(c.Context(), st.Schema)
	if err != nil {
		return nil, migrationError(err)
	}
	return planOf(plan), nil
}

func planOf(p *migrate.Plan) planBody {
	return planBody{Hash: p.Hash, Base: p.From, Steps: append([]migrate.Step{}, p.Steps...), SQL: p.SQL(), Errors: []problemBody{}}
}

// problems answers a plan that says what is wrong with the document.
func problems(err error) (any, error) {
	var list schema.Problems
	if !errors.As(err, &list) {
		return nil, err
	}
	out := planBody{Steps: []migrate.Step{}, Errors: []problemBody{}}
	for _, p := range list {
		out.Errors = append(out.Errors, problemBody{p.Path, p.Message, p.Suggestion})
	}
	return out, nil
}

func (c *Call) applySchema() (any, error) {
	var in applyRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	doc, _ := schema.AssignIDs(in.Document)
	done, err := c.API.Store.Apply(c.Context(), c.API.Migrations, doc, migrate.Options{
		Plan: in.Hash, Consent: migrate.Consent{Steps: in.Consent},
	})
	if err != nil {
		return nil, migrationError(err)
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
			errs.Put(p.Path, rest.Fail(p.Message, "invalid"))
		}
		return rest.Validation(errs)
	case errors.Is(err, migrate.ErrMoved):
		return rest.Conflict("The schema has changed since the plan was made. Plan again.", "moved")
	case errors.Is(err, migrate.ErrPending):
		return rest.Conflict("There are migrations that have not been applied.", "pending")
	case errors.As(err, &consent):
		return rest.Conflict("This change loses data: name the steps in consent.", "consent_required")
	case errors.As(err, &problem):
		return rest.Conflict(problem.Error(), "impossible")
	}
	return err
}

func (c *Call) jsonSchema() (any, error) {
	return &Answer{Status: 200, Body: schema.JSONSchema(), Type: "application/schema+json"}, nil
}
