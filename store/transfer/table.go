package transfer

import (
	"context"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// pageRows is how many rows are read at a time.
const pageRows = 1000

// table is a table to copy.
type table struct {
	name    string
	columns []column
	key     int  // how many of the first columns are its key, which orders it
	auto    bool // the first column is an automatic key
	fresh   bool // the target has rows of its own, which go
}

type column struct {
	name string
	typ  value.Type
}

// projectTables are the tables of a schema that are Couplet's.
func projectTables(s *schema.Schema) []*table {
	var out []*table
	for _, c := range s.Collections {
		if !c.Owned {
			continue
		}
		t := &table{name: c.Table, key: 1, auto: c.Key.Auto && c.Key.Type.IsInteger()}
		for _, f := range c.Columns {
			t.columns = append(t.columns, column{f.Column, f.Type})
		}
		out = append(out, t)
	}
	for _, c := range s.Collections {
		for _, f := range c.ManyToMany {
			if l := f.Through; c.Owned && l.Collection == nil {
				out = append(out, &table{name: l.Table, key: 2, columns: []column{{l.FromColumn, c.Key.Type}, {l.ToColumn, f.To.Key.Type}}})
			}
		}
	}
	return out
}

func (t *table) names(n int) string {
	names := make([]string, n)
	for i, c := range t.columns[:n] {
		names[i] = sqlb.Quote(c.name)
	}
	return strings.Join(names, ", ")
}

func marks(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(out, ", ")
}

func (t *table) insert() string {
	n := len(t.columns)
	return "INSERT INTO " + sqlb.Quote(t.name) + " (" + t.names(n) + ") VALUES (" + marks(n) + ")"
}

// rows calls each for every row, in pages by key.
func (t *table) rows(ctx context.Context, c db.Conn, each func([]sqlb.Arg) error) error {
	all := "SELECT " + t.names(len(t.columns)) + " FROM " + sqlb.Quote(t.name)
	end := " ORDER BY " + t.names(t.key) + " LIMIT " + strconv.Itoa(pageRows)
	sql, after := all+end, []sqlb.Arg(nil)
	for {
		page, err := t.page(c, sql, after)
		if err != nil {
			return err
		}
		for _, row := range page {
			if err := each(row); err != nil {
				return err
			}
		}
		if len(page) < pageRows {
			return ctx.Err()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		sql, after = all+" WHERE ("+t.names(t.key)+") > ("+marks(t.key)+")"+end, page[len(page)-1][:t.key]
	}
}

func (t *table) page(c db.Conn, sql string, after []sqlb.Arg) ([][]sqlb.Arg, error) {
	var page [][]sqlb.Arg
	err := c.Query(sql, after, func(r db.Row) error {
		row := make([]sqlb.Arg, len(t.columns))
		for i, col := range t.columns {
			row[i] = sqlb.Arg{Type: col.typ, Value: r.Value(i, col.typ)}
		}
		page = append(page, row)
		return nil
	})
	return page, err
}

func joined(statements []string) string { return strings.Join(statements, ";\n") }
