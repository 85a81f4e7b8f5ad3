package store

import (
	"errors"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// writeChildren writes the records of a nested list. Each passes its own permission and rule; what is refused or hidden
// refuses all.
func (tx *Tx) writeChildren(parent value.Value, ch *Children, fresh bool) error {
	have, err := tx.childKeys(parent, ch, fresh)
	if err != nil {
		return err
	}
	keep := map[value.Value]bool{}
	if !ch.Replace {
		if keep, err = ch.kept(have); err != nil {
			return err
		}
	}
	for _, key := range have {
		if !keep[key] {
			if err := tx.deleteChild(ch.Reverse.From(), key); err != nil {
				return err
			}
		}
	}
	for i, item := range ch.Items {
		if err := tx.writeChild(parent, ch, i, item); err != nil {
			return hidden(err)
		}
	}
	return nil
}

// kept returns the children that a merge names. Each must be there, and once.
func (ch *Children) kept(have []value.Value) (map[value.Value]bool, error) {
	there := make(map[value.Value]bool, len(have))
	for _, key := range have {
		there[key] = true
	}
	keep := map[value.Value]bool{}
	for _, key := range ch.Keys {
		if key == nil {
			continue
		}
		if keep[*key] || !there[*key] {
			c := ch.Reverse.From()
			return nil, &Invalid{c, []Problem{{Fields: []*schema.Field{c.Key}, Code: CodeDoesNotExist, Value: *key}}}
		}
		keep[*key] = true
	}
	return keep, nil
}

// hidden turns a child that the scope does not see into one that it may not write: its parent is there.
func hidden(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrForbidden
	}
	return err
}

// deleteChild deletes a child unless it went with another one.
func (tx *Tx) deleteChild(c *schema.Collection, key value.Value) error {
	if _, err := tx.Record(c, key); errors.Is(err, ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return hidden(tx.Delete(c, key, Condition{}))
}

func (tx *Tx) writeChild(parent value.Value, ch *Children, i int, item *Input) error {
	child := *item
	child.Values = make(map[*schema.Field]value.Value, len(item.Values)+1)
	for f, v := range item.Values {
		child.Values[f] = v
	}
	child.Values[ch.Reverse.Field] = parent
	if i < len(ch.Keys) && ch.Keys[i] != nil && !ch.Replace {
		return tx.Update(*ch.Keys[i], &child, Condition{})
	}
	_, err := tx.Create(&child)
	return err
}

func (tx *Tx) childKeys(parent value.Value, ch *Children, fresh bool) ([]value.Value, error) {
	if fresh {
		return nil, nil
	}
	return tx.Referring(ch.Reverse.Field, parent)
}
