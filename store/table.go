package store

import (
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// table holds the statements of a collection that never change, made once for a schema.
type table struct {
	selectKey string // all columns, by key
	insert    string // all columns
	insertNew string // all columns but the key, which it returns
	deleteKey string
	referrers []*schema.Field // foreign keys that point here, in the document's order
	linkers   []*schema.Field // many-to-many fields with pairs of their own that point here
}

func newTable(c *schema.Collection) *table {
	var names []string
	for _, f := range c.Columns {
		names = append(names, sqlb.Quote(f.Column))
	}
	name, key := sqlb.Quote(c.Table), sqlb.Quote(c.Key.Column)
	into := func(columns []string) string {
		return "INSERT INTO " + name + " (" + strings.Join(columns, ", ") + ") VALUES (" + placeholders(1, len(columns)) + ")"
	}
	t := &table{
		selectKey: "SELECT " + strings.Join(names, ", ") + " FROM " + name + " WHERE " + key + " = $1",
		insert:    into(names),
		deleteKey: "DELETE FROM " + name + " WHERE " + key + " = $1",
	}
	if len(names) > 1 {
		t.insertNew = into(names[1:]) + " RETURNING " + key
	} else {
		t.insertNew = "INSERT INTO " + name + " DEFAULT VALUES RETURNING " + key
	}
	return t
}

// newTables returns the tables of a schema by collection. Relations without a way back count as well.
func newTables(s *schema.Schema) map[*schema.Collection]*table {
	tables := map[*schema.Collection]*table{}
	for _, c := range s.Collections {
		tables[c] = newTable(c)
	}
	for _, c := range s.Collections {
		for _, f := range c.Fields {
			switch {
			case f.To == nil:
			case f.Relation != schema.ManyToMany:
				tables[f.To].referrers = append(tables[f.To].referrers, f)
			case f.Through.Collection == nil:
				tables[f.To].linkers = append(tables[f.To].linkers, f)
			}
		}
	}
	return tables
}

// placeholders returns "$from, …" for n arguments.
func placeholders(from, n int) string {
	var s strings.Builder
	for i := range n {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteByte('$')
		s.WriteString(itoa(from + i))
	}
	return s.String()
}
