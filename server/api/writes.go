package api

import (
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// preset sets a field of every new record from the path: /articles/3/comments/ sets article.
type preset struct {
	parent *resource
	field  *schema.Field
	value  value.Value
	lookup string
}

// into puts the preset into the input, in the form in which the serializer expects it.
func (p *preset) into(in *rest.Node, s *schema.Serializer) {
	if p == nil {
		return
	}
	for _, f := range s.Fields {
		if f.Column() != p.field || f.ReadOnly {
			continue
		}
		text := rest.StringValue(p.field.Type.String(p.value))
		if f.As == schema.Hyperlink {
			text = rest.StringValue(prefix + p.parent.def.Name + "/" + p.lookup + "/")
		}
		switch in.Kind {
		case rest.ObjectNode:
			in.Set(f.Name, text)
		case rest.FormNode:
			in.Form.Add(f.Name, text)
		}
	}
}

// set puts the preset into bound input; false where the writer may not set its field of this record.
func (p *preset) set(scope *access.Scope, in *store.Input) bool {
	_, bound := in.Values[p.field]
	if !scope.Writable(p.field) || !bound && scope.WritablePerRecord(p.field) {
		return false
	}
	in.Values[p.field] = p.value
	return true
}

// create answers POST on a list.
func (r *resource) create(c *Call, p *preset) (*Answer, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	done := false
	defer func() { body.Discard(!done) }()
	p.into(body.Node, r.def.Serializer)
	var input *store.Input
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		input, err = r.serializer.Bind(body.Node, r.bindOptions(c, rd))
		return err
	})
	if err != nil {
		return nil, err
	}
	if p != nil && !p.set(c.Scope, input) {
		return nil, c.denied()
	}
	var key value.Value
	changeset, err := c.API.Store.Write(c.Context(), c.origin("rest"), func(tx *store.Tx) (err error) {
		key, err = tx.Create(input)
		return err
	})
	if err != nil {
		return nil, r.writeError(c, err)
	}
	done = true
	return r.written(c, key, 201, changeset)
}

func (r *resource) bindOptions(c *Call, rd *store.Reader) rest.BindOptions {
	o := rest.BindOptions{Lookups: rest.NewLookups(rd), Bindings: c.Scope.Bindings(), Sight: c.Scope}
	if c.claims != nil {
		o.Uploads = c.claims
	}
	return o
}

// update answers PUT and PATCH: first the record and the right to change it, then the body, as DRF does.
func (r *resource) update(c *Call, partial bool) (*Answer, error) {
	key, err := r.target(c, schema.Change)
	if err != nil {
		return nil, err
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	done := false
	defer func() { body.Discard(!done) }()
	var input *store.Input
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		rec, err := rd.Record(r.def.Collection, key)
		if err != nil {
			return err
		}
		opt := r.bindOptions(c, rd)
		opt.Partial, opt.Instance = partial, rec
		input, err = r.serializer.Bind(body.Node, opt)
		return err
	})
	if err != nil {
		return nil, err
	}
	changeset, err := c.API.Store.Write(c.Context(), c.origin("rest"), func(tx *store.Tx) error {
		return tx.Update(key, input, c.condition())
	})
	if err != nil {
		return nil, r.writeError(c, err)
	}
	done = true
	return r.written(c, key, 200, changeset)
}

// target finds the record that is to be written and makes sure that the caller may.
func (r *resource) target(c *Call, a schema.Action) (value.Value, error) {
	var key value.Value
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		row, err := r.get(c, rd, query.NewShape(r.def.Collection))
		if err != nil {
			return err
		}
		key = row.Key()
		return r.mayObject(c, rd, a, key)
	})
	return key, err
}

// mayObject is DRF's check_object_permissions: the row rule, before the body is read.
func (r *resource) mayObject(c *Call, rd *store.Reader, a schema.Action, key value.Value) error {
	ok, err := rd.Allows(r.def.Collection, a, key)
	if err == nil && !ok {
		err = c.denied()
	}
	return err
}

// destroy answers DELETE.
func (r *resource) destroy(c *Call) (*Answer, error) {
	key, err := r.target(c, schema.Delete)
	if err != nil {
		return nil, err
	}
	changeset, err := c.API.Store.Write(c.Context(), c.origin("rest"), func(tx *store.Tx) error {
		return tx.Delete(r.def.Collection, key, c.condition())
	})
	if err != nil {
		return nil, r.writeError(c, err)
	}
	return &Answer{Status: 204, Headers: [][2]string{{"Couplet-Changeset", changeset}}}, nil
}

// bulkCreate answers POST on /bulk/: all of a list or nothing, with the errors of each item.
func (r *resource) bulkCreate(c *Call) (*Answer, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	done := false
	defer func() { body.Discard(!done) }()
	var inputs []*store.Input
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		inputs, err = r.serializer.BindMany(body.Node, r.bindOptions(c, rd))
		return err
	})
	if err != nil {
		return nil, err
	}
	var keys []value.Value
	changeset, err := c.API.Store.Write(c.Context(), c.origin("rest"), func(tx *store.Tx) error {
		keys = keys[:0]
		for _, input := range inputs {
			key, err := tx.Create(input)
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		return nil, r.writeError(c, err)
	}
	done = true
	return r.writtenMany(c, keys, changeset)
}

// written renders a record after its commit.
func (r *resource) written(c *Call, key value.Value, status int, changeset string) (*Answer, error) {
	v, err := r.variant(c)
	if err != nil {
		return nil, err
	}
	var answer *Answer
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		row, err := query.Get(rd, v.detail, c.Scope, query.Key(r.def.Collection, key))
		if errors.Is(err, query.ErrNotFound) { // the writer may not view what was written: it is shown without expansions
			v = shown{r.serializer, r.detail, r.version}
			row, err = query.Get(rd, v.detail, rd.SystemScope(), query.Key(r.def.Collection, key))
		}
		if errors.Is(err, query.ErrNotFound) {
			err = r.missing() // deleted by somebody else right after it was written
		}
		if err == nil {
			answer, err = r.answer(c, rd, v, row, status)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	answer.Headers = append(answer.Headers, [2]string{"Couplet-Changeset", changeset})
	if status == 201 {
		answer.Headers = append(answer.Headers, r.location(answer.Body)...)
	}
	return answer, nil
}

func (r *resource) writtenMany(c *Call, keys []value.Value, changeset string) (*Answer, error) {
	body := []byte{'['}
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		for i, key := range keys {
			row, err := query.Get(rd, r.serializer.Shape(), rd.SystemScope(), query.Key(r.def.Collection, key))
			if err != nil {
				return err
			}
			if i > 0 {
				body = append(body, ',')
			}
			body = r.serializer.AppendJSON(body, row, c.context())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 201, Body: append(body, ']'), Headers: [][2]string{{"Couplet-Changeset", changeset}}}, nil
}

// location is the header of a create whose serializer has a "url" (DRF: get_success_headers).
func (r *resource) location(body []byte) [][2]string {
	for _, f := range r.def.Serializer.Fields {
		if f.As == schema.Identity {
			if n, err := rest.ParseJSON(body); err == nil {
				if link := n.Get(f.Name); link != nil {
					return [][2]string{{"Location", link.Text}}
				}
			}
		}
	}
	return nil
}

// writeError gives a refusal of the store its place in DRF's answers.
func (r *resource) writeError(c *Call, err error) error {
	var invalid *store.Invalid
	if errors.As(err, &invalid) && invalid.Collection == r.def.Collection {
		return r.serializer.InvalidErrors(invalid)
	}
	e := rest.FromError(err)
	if e.Status == 403 {
		return c.denied()
	}
	return e
}
