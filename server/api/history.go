package api

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// restoreRequest names the version that a record goes back to, by one of its changes; of a record that is gone neither
// is needed. fields are those alone; cascade brings back what went with it.
type restoreRequest struct {
	Changeset string   `json:"changeset" openapi:"optional"`
	Cursor    string   `json:"cursor" openapi:"optional"`
	Fields    []string `json:"fields" openapi:"optional"`
	Cascade   bool     `json:"cascade" openapi:"optional"`
}

// reportBody tells what a restore or a revert did. A changeset of null: nothing. Of a change of the schema, schema is
// the plan.
type reportBody struct {
	Changeset *string            `json:"changeset"`
	Done      []history.Done     `json:"done"`
	Kept      []history.Kept     `json:"kept"`
	Conflicts []history.Conflict `json:"conflicts"`
	Failed    []history.Failed   `json:"failed"`
	Schema    *planBody          `json:"schema,omitempty"`
	Later     []string           `json:"later,omitempty"` // changes of the schema that are undone with it
	Detail    string             `json:"detail,omitempty" words:"say"`
}

func report(p *history.Plan) reportBody {
	return reportBody{
		Done: p.Done(), Kept: append([]history.Kept{}, p.Kept...), Conflicts: append([]history.Conflict{}, p.Conflicts...),
		Failed: []history.Failed{},
	}
}

// restore puts a record back.
func (c *Call) restore() (any, error) {
	coll, key, err := c.recordOfPath()
	if err != nil {
		return nil, err
	}
	var in restoreRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	to := history.To{Changeset: in.Changeset, Cursor: in.Cursor, Cascade: in.Cascade, Condition: c.condition()}
	if in.Changeset != "" && in.Cursor != "" {
		return nil, rest.Validation(rest.FieldError("cursor", "Name a changeset or a cursor, not both.", "invalid"))
	}
	for _, name := range in.Fields {
		f := coll.Field(name)
		if f == nil || !c.historyScope().Readable(f) {
			return nil, rest.Validation(rest.FieldError("fields", "There is no field "+name+".", "invalid"))
		}
		to.Fields = append(to.Fields, f)
	}
	ctx, cancel := context.WithTimeout(c.API.life, importTime)
	defer cancel()
	out, err := c.undo(ctx, func(r *store.Reader) (*history.Plan, error) {
		if _, err := r.Record(coll, key); err == nil && in.Changeset == "" && in.Cursor == "" {
			return nil, rest.Validation(rest.FieldError("changeset", "Name the version by a changeset or a cursor.", "required"))
		}
		return history.Restore(r, coll, key, to)
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, rest.NotFound(coll.Label)
	case errors.Is(err, history.ErrCursor) && in.Changeset != "":
		return nil, rest.Validation(rest.FieldError("changeset", "The log has no such change of this record.", "invalid"))
	}
	return out, historyError(err)
}

// errNothing ends a transaction that has nothing to do.
var errNothing = errors.New("api: nothing to do")

// undo plans and carries out a way back as one changeset. It may take as long as an import.
func (c *Call) undo(ctx context.Context, plan func(*store.Reader) (*history.Plan, error)) (any, error) {
	o := c.origin("revert")
	o.Scope = c.historyScope()
	var p *history.Plan
	changeset, err := c.API.Store.WriteDeferred(ctx, o, func(tx *store.Tx) (err error) {
		if p, err = plan(&tx.Reader); err != nil {
			return err
		}
		if p.Empty() {
			return errNothing
		}
		tx.Because(p.Cause)
		return p.Run(tx, historyDoor{c})
	})
	var refused *history.RefusedError
	switch {
	case errors.As(err, &refused):
		return c.refused(p, refused)
	case err != nil && !errors.Is(err, errNothing):
		return nil, err
	}
	body := report(p)
	body.Changeset = orNull(changeset)
	text, err := c.encode(body)
	if err != nil {
		return nil, err
	}
	a := &Answer{Status: 200, Body: text}
	if changeset != "" {
		a.Headers = [][2]string{{"Couplet-Changeset", changeset}}
	}
	return a, nil
}

// refused answers a way back that was refused, with the status of the first refusal and the report.
func (c *Call) refused(p *history.Plan, e *history.RefusedError) (any, error) {
	body := report(p)
	body.Done, body.Failed, body.Detail = []history.Done{}, e.Failed, "Nothing was changed: some of it was refused."
	text, err := c.encode(body)
	return &Answer{Status: rest.FromError(e.Err).Status, Body: text}, err
}

// historyDoor validates old values as those of a PATCH on the full resource.
type historyDoor struct{ c *Call }

// Bind implements history.Door.
func (d historyDoor) Bind(tx *store.Tx, coll *schema.Collection, values map[*schema.Field]json.RawMessage, before *store.Record) (*store.Input, error) {
	r := d.c.compiled.full[coll.Name]
	object := rest.Object()
	files := map[*schema.Field]value.Value{}
	for _, f := range coll.Fields {
		raw, ok := values[f]
		if !ok {
			continue
		}
		if f.Type.Kind == value.File || f.Type.Kind == value.Image {
			v, err := d.file(f, raw)
			if err != nil {
				return nil, err
			}
			files[f] = v
			continue
		}
		node, err := rest.ParseJSON(raw)
		if err != nil {
			return nil, err
		}
		object.Set(f.Name, node)
	}
	opt := rest.BindOptions{Partial: true, Lookups: rest.NewLookups(&tx.Reader), Bindings: tx.Scope.Bindings(), Sight: tx.Scope}
	if before != nil {
		opt.Instance = expr.Record(before)
	}
	in, err := r.serializer.Bind(object, opt)
	if err != nil {
		return nil, err
	}
	for f, v := range files {
		in.Values[f] = v
	}
	return in, nil
}

// file is the name of a file that must still be there.
func (d historyDoor) file(f *schema.Field, raw json.RawMessage) (value.Value, error) {
	v, err := f.Type.FromJSON(raw)
	if err != nil || v.IsNull() || v.Text() == "" {
		return v, err
	}
	file, err := d.c.API.Store.Files.Open(v.Text())
	if err != nil {
		return value.Null, rest.FieldError(f.Name, "The file "+v.Text()+" is gone.", "invalid")
	}
	return v, file.Close()
}

// Refused implements history.Door.
func (d historyDoor) Refused(coll *schema.Collection, err error) (json.RawMessage, bool) {
	e := rest.FromError(d.c.compiled.full[coll.Name].writeError(d.c, err))
	if e.Status >= 500 {
		return nil, false
	}
	return e.AppendJSON(nil, rest.ErrorStyle{Language: d.c.Language()}), true
}
