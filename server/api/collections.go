package api

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// collectionBody is a collection as it is in force, with every default in its place and as far as the caller may see
// it: what a grid or a form is made of. The document says how it came about.
type collectionBody struct {
	Name        string          `json:"name"`
	ID          string          `json:"id"`
	Label       string          `json:"label"`
	LabelPlural string          `json:"label_plural"`
	Help        string          `json:"help_text"`
	System      bool            `json:"system"`
	Key         string          `json:"key"`
	Display     string          `json:"display"` // a path; "" where records are called by their key
	Ordering    []string        `json:"ordering"`
	View        string          `json:"view"`
	Add         string          `json:"add"`
	Change      string          `json:"change"`
	Delete      string          `json:"delete"`
	UI          json.RawMessage `json:"ui"`
	Fields      []fieldBody     `json:"fields"`
	Reverse     []reverseBody   `json:"reverse"`
}

// fieldBody is a field. Writable says whether the caller may ever write it: read-only for everybody, or for him.
type fieldBody struct {
	Name          string          `json:"name"`
	ID            string          `json:"id"`
	Type          string          `json:"type"`
	Label         string          `json:"label"`
	Help          string          `json:"help_text"`
	Writable      bool            `json:"writable"`
	Required      bool            `json:"required"`
	Null          bool            `json:"null"`
	Blank         bool            `json:"blank"`
	Unique        bool            `json:"unique"`
	Indexed       bool            `json:"indexed"`
	Default       json.RawMessage `json:"default,omitempty"`
	MaxLength     int             `json:"max_length,omitempty"`
	MaxDigits     int             `json:"max_digits,omitempty"`
	DecimalPlaces *int            `json:"decimal_places,omitempty"`
	MinValue      json.RawMessage `json:"min_value,omitempty"`
	MaxValue      json.RawMessage `json:"max_value,omitempty"`
	Choices       []members       `json:"choices,omitempty"`
	To            string          `json:"to,omitempty"` // relations: the target, where the caller may view it
	OnDelete      string          `json:"on_delete,omitempty"`
	Accept        []string        `json:"accept,omitempty"`
	UI            json.RawMessage `json:"ui,omitempty"`
}

// reverseBody is a relation of another collection that points to this one.
type reverseBody struct {
	Name       string `json:"name"`
	Collection string `json:"collection"`
	Field      string `json:"field"`
	Many       bool   `json:"many"`
}

// collections answers GET /api/_/collections/: those that the caller may view or add to, in the document's order.
func (c *Call) collections() (any, error) {
	out := []collectionBody{}
	for _, coll := range c.compiled.state.Schema.Collections {
		if body := c.collectionBody(coll); body.View != "none" || body.Add != "none" {
			out = append(out, body)
		}
	}
	return out, nil
}

func (c *Call) collectionBody(coll *schema.Collection) collectionBody {
	grant := func(a schema.Action) string { return extent(c.Scope.Grant(coll, a)) }
	out := collectionBody{
		Name: coll.Name, ID: coll.ID, Label: coll.Label, LabelPlural: coll.LabelPlural, Help: coll.Help, System: coll.System,
		Key: coll.Key.Name, Display: displayOf(coll), Ordering: []string{}, UI: coll.UI, Fields: []fieldBody{}, Reverse: []reverseBody{},
		View: grant(schema.View), Add: grant(schema.Add), Change: grant(schema.Change), Delete: grant(schema.Delete),
	}
	for _, o := range coll.Ordering {
		if slices.ContainsFunc(o.Path, func(f *schema.Field) bool { return !c.Scope.Readable(f) }) {
			continue
		}
		out.Ordering = append(out.Ordering, orderName(o))
	}
	for _, f := range coll.Fields {
		if c.Scope.Readable(f) && !f.Secret {
			out.Fields = append(out.Fields, c.fieldBody(f))
		}
	}
	for _, r := range coll.Reverse {
		if !c.Scope.Grant(r.From(), schema.View).None && c.Scope.Readable(r.Field) && r.Name != "" {
			out.Reverse = append(out.Reverse, reverseBody{Name: r.Name, Collection: r.From().Name, Field: r.Field.Name, Many: r.Many()})
		}
	}
	return out
}

func (c *Call) fieldBody(f *schema.Field) fieldBody {
	out := fieldBody{
		Name: f.Name, ID: f.ID, Type: typeName(f), Label: f.Label, Help: f.Help,
		Null: f.Null, Blank: f.Blank, Unique: f.Unique || f.Primary, Indexed: f.Index || f.Unique || f.Primary,
		MaxLength: f.MaxLength, OnDelete: string(f.OnDelete), Accept: f.Accept, UI: f.UI,
		MinValue: bound(f, f.Min), MaxValue: bound(f, f.Max),
	}
	through := f.Relation == schema.ManyToMany && f.Through.Collection != nil
	out.Writable = f.Editable && !through && !(f.Primary && f.Auto) && f.Name != "token_epoch" && c.Scope.Writable(f)
	out.Required = f.Editable && !f.Null && !f.Blank && !f.HasDefault && !f.Auto && !through
	if f.Type.Kind == value.Decimal && f.Relation == schema.NoRelation {
		out.MaxDigits, out.DecimalPlaces = f.Type.Digits, &f.Type.Places
	}
	if f.HasDefault && f.Relation != schema.ManyToMany {
		out.Default = f.Type.AppendJSON(nil, f.Default)
	}
	if f.To != nil && !c.Scope.Grant(f.To, schema.View).None {
		out.To = f.To.Name
	}
	for _, choice := range f.Choices {
		out.Choices = append(out.Choices, members{f.Type.AppendJSON(nil, choice.Value), value.AppendJSONString(nil, choice.Label)})
	}
	return out
}

// orderName writes a term of an ordering as a list's order= has it.
func orderName(o schema.Order) string {
	names := make([]string, len(o.Path))
	for i, f := range o.Path {
		names[i] = f.Name
	}
	name := strings.Join(names, ".")
	if o.Desc {
		return "-" + name
	}
	return name
}

func bound(f *schema.Field, v *value.Value) json.RawMessage {
	if v == nil {
		return nil
	}
	return f.Type.AppendJSON(nil, *v)
}
