package history

import (
	"encoding/json"
	"fmt"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// names finds collections and fields by the ids that the log has: in the schema in force or, for what it has dropped,
// the last name that an earlier document gave.
type names struct {
	r           *store.Reader
	collections map[string]*schema.Collection
	fields      map[string]*schema.Field // "collection id/field id"
	dropped     map[string]string        // names by the same ids; nil: not looked up yet
}

func newNames(r *store.Reader) *names {
	n := &names{r: r, collections: map[string]*schema.Collection{}, fields: map[string]*schema.Field{}}
	for _, c := range r.Schema.Collections {
		n.collections[c.ID] = c
		for _, f := range c.Fields {
			n.fields[c.ID+"/"+f.ID] = f
		}
	}
	return n
}

func (n *names) field(c *schema.Collection, id string) *schema.Field { return n.fields[c.ID+"/"+id] }

// past returns the last name of what was dropped, its id where no document knows it.
func (n *names) past(collection, field string) (string, error) {
	if n.dropped == nil {
		if err := n.readPast(); err != nil {
			return "", err
		}
	}
	id, short := collection, collection
	if field != "" {
		id, short = collection+"/"+field, field
	}
	if name, ok := n.dropped[id]; ok {
		return name, nil
	}
	return short, nil
}

// readPast reads the names of every document that was applied, newer ones over older ones.
func (n *names) readPast() error {
	n.dropped = map[string]string{}
	return n.r.Query("SELECT document FROM couplet_migrations ORDER BY version", nil, func(x db.Row) error {
		var doc struct {
			Collections map[string]struct {
				ID     string
				Fields map[string]struct{ ID string }
			}
		}
		if x.IsNull(0) {
			return nil
		}
		if err := json.Unmarshal([]byte(x.Text(0)), &doc); err != nil {
			return fmt.Errorf("history: a stored document: %w", err)
		}
		for name, c := range doc.Collections {
			n.dropped[c.ID] = name
			for field, f := range c.Fields {
				n.dropped[c.ID+"/"+f.ID] = field
			}
		}
		return nil
	})
}
