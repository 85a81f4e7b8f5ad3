package api

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

type schemaBody struct {
	Hash     string          `json:"hash"`
	Document json.RawMessage `json:"document"`
}

// tagged is the answer of a schemaBody, whose ETag is the document's hash.
func (c *Call) tagged(body schemaBody) (any, error) {
	text, err := encode(body)
	if err != nil {
		return nil, err
	}
	tag := listTag(text)
	if c.User.Superuser {
		tag = strconv.Quote(body.Hash)
	}
	return &Answer{Status: 200, Body: text, Headers: [][2]string{{"ETag", tag}}}, nil
}

type planRequest struct {
	Document json.RawMessage `json:"document"`
}

// planBody is a plan: what would be done, and what is wrong with the document. Document is the one that was sent, with
// an id for everything new: what schema/apply/ wants to see again.
type planBody struct {
	Hash     string          `json:"hash"`
	Base     string          `json:"base"`
	Document json.RawMessage `json:"document"`
	Steps    []migrate.Step  `json:"steps"`
	SQL      string          `json:"sql"`
	Files    []string        `json:"files" doc:"That applying it writes, while nobody else changes the schema."`
	Errors   []problemBody   `json:"errors"`
}

type problemBody struct {
	Path       string `json:"path"`
	Message    string `json:"message" words:"say"`
	Suggestion string `json:"suggestion,omitempty" words:"say"`
}

// readSchema answers the whole document to superusers, and to others the collections that they may view.
func (c *Call) readSchema() (any, error) {
	s := c.compiled.state.Schema
	if c.superuser() {
		return c.tagged(schemaBody{s.Hash, s.Document.Canonical()})
	}
	doc, err := c.visibleDocument()
	if err != nil {
		return nil, err
	}
	return c.tagged(schemaBody{s.Hash, doc})
}

// visibleField is what a document says of a field to those who may not see all of it.
type visibleField struct {
	Type    string    `json:"type"`
	Label   string    `json:"label"`
	Help    string    `json:"help_text,omitempty"`
	To      string    `json:"to,omitempty"`
	Null    bool      `json:"null,omitempty"`
	Blank   bool      `json:"blank,omitempty"`
	Length  int       `json:"max_length,omitempty"`
	Choices []members `json:"choices,omitempty"`
}

type members []json.RawMessage

// visibleDocument is the part of the document that the caller may see, in its order: the collections and fields that he
// may view, nothing of roles, rules, filters and resources.
func (c *Call) visibleDocument() (json.RawMessage, error) {
	b := []byte(`{"collections":{`)
	for _, coll := range c.compiled.state.Schema.Collections {
		if c.Scope.Grant(coll, schema.View).None {
			continue
		}
		b = value.AppendJSONString(separated(b), coll.Name)
		b = value.AppendJSONString(append(b, `:{"label":`...), coll.Label)
		b = append(b, `,"fields":{`...)
		for _, f := range coll.Fields {
			if !c.Scope.Readable(f) || f.Secret {
				continue
			}
			text, err := encode(c.visibleField(f))
			if err != nil {
				return nil, err
			}
			b = append(append(value.AppendJSONString(separated(b), f.Name), ':'), text...)
		}
		b = append(b, "}}"...)
	}
	return append(b, "}}"...), nil
}

// separated begins the next member of an object.
func separated(b []byte) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return b
}

func (c *Call) visibleField(f *schema.Field) visibleField {
	out := visibleField{Type: typeName(f), Label: f.Label, Help: f.Help, Null: f.Null, Blank: f.Blank, Length: f.MaxLength}
	if f.To != nil && !c.Scope.Grant(f.To, schema.View).None {
		out.To = f.To.Name
	}
	for _, choice := range f.Choices {
		label := value.AppendJSONString(nil, choice.Label)
		out.Choices = append(out.Choices, members{f.Type.AppendJSON(nil, choice.Value), label})
	}
	return out
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
	if in.Document == nil {
		return nil, required("document")
	}
	return c.plan(c.Context(), in.Document)
}

// plan answers the plan of a document.
func (c *Call) plan(ctx context.Context, document []byte) (*planBody, error) {
	release, err := wait(ctx, c.API.files.plans)
	if err != nil {
		return nil, err
	}
	defer release()
	doc, _ := schema.AssignIDs(document, c.API.Store.Schema())
	st, err := store.Compile(doc)
	if err != nil {
		return problems(document, err)
	}
	plan, err := c.API.Store.Migrations(c.API.Migrations).Plan(ctx, st.Schema)
	if err != nil {
		return nil, migrationError(err)
	}
	return &planBody{
		Hash: plan.Hash, Base: plan.From, Document: doc, Steps: append([]migrate.Step{}, plan.Steps...), SQL: plan.SQL(),
		Files: append([]string{}, plan.Files...), Errors: []problemBody{},
	}, nil
}

func required(field string) error {
	return rest.Validation(rest.FieldError(field, "This field is required.", "required"))
}

// problems answers a plan that says what is wrong with the document.
func problems(doc json.RawMessage, err error) (*planBody, error) {
	var list schema.Problems
	if !errors.As(err, &list) {
		return nil, err
	}
	out := planBody{Document: doc, Steps: []migrate.Step{}, Errors: []problemBody{}}
	for _, p := range list {
		out.Errors = append(out.Errors, problemBody{p.Path, p.Message, p.Suggestion})
	}
	return &out, nil
}

func (c *Call) jsonSchema() (any, error) {
	return &Answer{Status: 200, Body: schema.JSONSchema(), Type: "application/schema+json"}, nil
}
