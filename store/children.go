package store

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// writeChildren writes the records of a nested list. Each passes its own permission and rule.
func (tx *Tx) writeChildren(parent value.Value, ch *Children, fresh bool) error {
	have, err := tx.childKeys(parent, ch, fresh)
	if err != nil {
		return err
	}
	c := ch.Reverse.From()
	keep := map[value.Value]bool{}
	for _, key := range ch.Keys {
		if key != nil {
			keep[*key] = true
		}
	}
	for _, key := range have {
		if !ch.Replace && keep[key] {
			continue
		}
		if err := tx.Delete(c, key, Condition{}); err != nil {
			return err
		}
	}
	for i, item := range ch.Items {
		if err := tx.writeChild(parent, ch, i, item); err != nil {
			return err
		}
	}
	return nil
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
	c, by := ch.Reverse.From(), ch.Reverse.Field
	sql := "SELECT " + sqlb.Quote(c.Key.Column) + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(by.Column) +
		" = $1 ORDER BY " + sqlb.Quote(c.Key.Column)
	var keys []value.Value
	err := tx.Query(sql, []sqlb.Arg{{Type: by.Type, Value: parent}}, func(row db.Row) error {
		keys = append(keys, row.Value(0, c.Key.Type))
		return nil
	})
	return keys, err
}
