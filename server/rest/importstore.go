package rest

import (
	"context"
	"errors"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// errDry undoes the transaction of a dry run.
var errDry = errors.New("rest: dry run")

// ImportHooks returns the hooks that import into a store in the sight and with the rights of origin's scope: a row is
// bound as a POST or a PATCH and written as one would be. The changesets share origin's group.
func (s *Serializer) ImportHooks(st *store.Store, origin store.Origin) ImportHooks {
	return ImportHooks{
		Find: func(ctx context.Context, f *schema.Field, v value.Value) (key value.Value, found bool, err error) {
			err = st.Read(ctx, origin.Scope, func(rd *store.Reader) (err error) {
				key, found, err = rd.ByField(f, v)
				return err
			})
			return key, found, err
		},
		Bind: func(ctx context.Context, in *Node, key value.Value) (input *store.Input, err error) {
			err = st.Read(ctx, origin.Scope, func(rd *store.Reader) (err error) {
				input, err = s.bindRow(rd, origin, in, key)
				return err
			})
			return input, err
		},
		Write: func(ctx context.Context, items []ImportItem, dry bool) error {
			return s.writeRows(ctx, st, origin, items, dry)
		},
	}
}

func (s *Serializer) bindRow(rd *store.Reader, origin store.Origin, in *Node, key value.Value) (*store.Input, error) {
	opt := BindOptions{Lookups: NewLookups(rd), Bindings: origin.Scope.Bindings(), Sight: origin.Scope}
	if !key.IsNull() {
		rec, err := rd.Record(s.Collection, key)
		if errors.Is(err, store.ErrNotFound) {
			return nil, NonField("Not found.", "not_found") // deleted since it was found
		}
		if err != nil {
			return nil, err
		}
		opt.Partial, opt.Instance = true, expr.Record(rec)
	}
	return s.Bind(in, opt)
}

// writeRows writes the items as one transaction.
func (s *Serializer) writeRows(ctx context.Context, st *store.Store, origin store.Origin, items []ImportItem, dry bool) error {
	at := 0
	_, err := st.Write(ctx, origin, func(tx *store.Tx) error {
		for i, item := range items {
			at = i
			var err error
			if item.Key.IsNull() {
				_, err = tx.Create(item.Input)
			} else {
				err = tx.Update(item.Key, item.Input, store.Condition{})
			}
			if err != nil {
				return err
			}
		}
		if dry {
			return errDry
		}
		return nil
	})
	if err == nil || errors.Is(err, errDry) {
		return nil
	}
	if errs := s.refusal(err); errs != nil {
		return &ImportRowError{Item: at, Errors: errs}
	}
	return err
}

// refusal words what the store says against one row, or returns nil for any other error.
func (s *Serializer) refusal(err error) *Errors {
	var bad *store.Invalid
	switch {
	case errors.As(err, &bad):
		return s.InvalidErrors(bad)
	case errors.Is(err, store.ErrForbidden):
		return NonField("You do not have permission to perform this action.", "permission_denied")
	case errors.Is(err, store.ErrNotFound):
		return NonField("Not found.", "not_found")
	}
	return nil
}
