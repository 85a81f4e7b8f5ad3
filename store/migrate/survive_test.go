package migrate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// records reads everything: by collection id, key and field id; many-to-many as sorted text.
func records(t *testing.T, conn db.Conn, s *schema.Schema) map[string]map[string]map[string]value.Value {
	t.Helper()
	out := map[string]map[string]map[string]value.Value{}
	for _, c := range s.Collections {
		rows := map[string]map[string]value.Value{}
		out[c.ID] = rows
		var names []string
		for _, f := range c.Columns {
			names = append(names, sqlb.Quote(f.Column))
		}
		err := conn.Query("SELECT "+strings.Join(names, ", ")+" FROM "+sqlb.Quote(c.Table), nil, func(r db.Row) error {
			row := map[string]value.Value{}
			for i, f := range c.Columns {
				row[f.ID] = r.Value(i, f.Type)
			}
			rows[c.Key.Type.String(row[c.Key.ID])] = row
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range c.ManyToMany {
			err := conn.Query("SELECT "+sqlb.Quote(f.Through.FromColumn)+", "+sqlb.Quote(f.Through.ToColumn)+" FROM "+
				sqlb.Quote(f.Through.Table)+" ORDER BY 1, 2", nil, func(r db.Row) error {
				key := c.Key.Type.String(r.Value(0, c.Key.Type))
				rows[key][f.ID] = value.Text(rows[key][f.ID].Text() + f.To.Key.Type.String(r.Value(1, f.To.Key.Type)) + " ")
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

// step makes one edit, applies it and checks that what must survive has.
func (c *chain) step() {
	t := c.t
	d := c.doc.clone()
	what := c.edit(d)
	s, problems := schema.Parse(d.json())
	if problems.Err() != nil {
		return // an edit that makes no document
	}
	ctx := context.Background()
	var before, after map[string]map[string]map[string]value.Value
	var schemaBefore string
	exclusive(t, c.engine, func(conn db.Conn) { before, schemaBefore = records(t, conn, c.schema), dump(t, conn) })
	_, err := c.runner.Apply(ctx, s, Options{Consent: Consent{All: true}})
	var problem *ProblemError
	if errors.As(err, &problem) {
		exclusive(t, c.engine, func(conn db.Conn) {
			if diff := cmp.Diff(schemaBefore, dump(t, conn)); diff != "" {
				t.Fatalf("%s was refused, but changed something:\n%s", what, diff)
			}
		})
		c.edits = append(c.edits, what+" (refused)")
		return
	}
	c.edits = append(c.edits, what)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	exclusive(t, c.engine, func(conn db.Conn) {
		after = records(t, conn, s)
		if drift, err := Drift(conn, dbtest.Dialect(), s); err != nil || len(drift) > 0 {
			t.Fatalf("%s: drift %v %v", what, drift, err)
		}
	})
	survived(t, what, c.schema, s, before, after)
	c.doc, c.schema = d, s
	c.fill()
}

// survived compares records before and after a migration, converting by the codecs.
func survived(t *testing.T, what string, from, to *schema.Schema, before, after map[string]map[string]map[string]value.Value) {
	t.Helper()
	for _, n := range to.Collections {
		at := slices.IndexFunc(from.Collections, func(o *schema.Collection) bool { return o.ID == n.ID })
		if at < 0 {
			continue
		}
		o := from.Collections[at]
		if len(after[n.ID]) != len(before[n.ID]) {
			t.Fatalf("%s: %s has %d records, had %d", what, n.Name, len(after[n.ID]), len(before[n.ID]))
		}
		for key, row := range before[n.ID] {
			for _, f := range n.Fields {
				was := slices.IndexFunc(o.Fields, func(x *schema.Field) bool { return x.ID == f.ID })
				if was < 0 {
					continue
				}
				checkSurvivor(t, what, o.Fields[was], f, row[f.ID], after[n.ID][key][f.ID], after)
			}
		}
	}
}

func checkSurvivor(t *testing.T, what string, o, n *schema.Field, was, is value.Value, all map[string]map[string]map[string]value.Value) {
	t.Helper()
	name := n.Collection.Name + "." + n.Name
	switch {
	case o.Relation == schema.ManyToMany || n.Relation == schema.ManyToMany:
		if o.To != nil && n.To != nil && o.To.ID == n.To.ID && n.Relation == schema.ManyToMany {
			want := was
			if o.Relation != schema.ManyToMany && !was.IsNull() {
				want = value.Text(o.Type.String(was) + " ")
			}
			if is != want {
				t.Fatalf("%s: links of %s are %q, want %q", what, name, is.Text(), want.Text())
			}
		}
		return
	case n.Relation != schema.NoRelation:
		if _, there := all[n.To.ID][n.Type.String(was)]; !there || o.Type != n.Type {
			if !is.IsNull() {
				t.Fatalf("%s: %s points to nothing: %v", what, name, is)
			}
			return
		}
	}
	want := was
	if o.Type != n.Type && !was.IsNull() {
		conv, ok := engineOf(dbtest.Dialect()).convert("c", o.Type, n.Type)
		parsed, err := n.Type.Parse(o.Type.String(was))
		if !ok || err != nil || conv.lossy != "" || conv.fails != "" && (is.IsNull() || is == n.Default) {
			return // TestConversions holds these
		}
		if want = parsed; n.Type.Kind == value.JSON {
			if want, err = n.Type.FromJSON(o.Type.AppendJSON(nil, was)); err != nil || o.Type.IsText() {
				return
			}
		}
	}
	if was.IsNull() && !n.Null {
		want = n.Default
	}
	if value.Compare(is, want) != 0 { // SQLite keeps no sign of a zero
		t.Fatalf("%s: %s (%s to %s) is %#v, want %#v", what, name, typeName(o.Type), typeName(n.Type), is, want)
	}
}

// fill adds records with random values to every collection.
func (c *chain) fill() {
	exclusive(c.t, c.engine, func(conn db.Conn) {
		for _, col := range c.schema.Collections {
			for range 1 + c.r.IntN(3) {
				c.insert(conn, col)
			}
		}
		for _, col := range c.schema.Collections {
			for _, f := range col.ManyToMany {
				_, err := conn.Exec("INSERT INTO " + sqlb.Quote(f.Through.Table) + " (" + sqlb.Quote(f.Through.FromColumn) + ", " +
					sqlb.Quote(f.Through.ToColumn) + ") SELECT a." + sqlb.Quote(col.Key.Column) + ", b." + sqlb.Quote(f.To.Key.Column) +
					" FROM " + sqlb.Quote(col.Table) + " a, " + sqlb.Quote(f.To.Table) + " b ORDER BY random() LIMIT 4 ON CONFLICT DO NOTHING")
				if err != nil {
					c.t.Fatal(err)
				}
			}
		}
	})
}

func (c *chain) insert(conn db.Conn, col *schema.Collection) {
	b := sqlb.New(dbtest.Dialect())
	b.SQL("INSERT INTO ").Name(col.Table).SQL(" (")
	var used []*schema.Field
	for _, f := range col.Columns {
		if f.Auto && f.Type.IsInteger() {
			continue
		}
		if len(used) > 0 {
			b.SQL(", ")
		}
		b.Name(f.Column)
		used = append(used, f)
	}
	if len(used) == 0 {
		if _, err := conn.Exec("INSERT INTO " + sqlb.Quote(col.Table) + " DEFAULT VALUES"); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	b.SQL(") SELECT ")
	for i, f := range used {
		if i > 0 {
			b.SQL(", ")
		}
		if f.To != nil {
			b.SQL("(SELECT ").Name(f.To.Key.Column).SQL(" FROM ").Name(f.To.Table).SQL(" ORDER BY random() LIMIT 1)")
			continue
		}
		b.Arg(f.Type, c.random(f))
	}
	b.SQL(" WHERE TRUE ON CONFLICT DO NOTHING")
	if _, err := conn.Exec(b.String(), b.Args()...); err != nil {
		c.t.Fatalf("%v: %s", err, b.String())
	}
}

func (c *chain) random(f *schema.Field) value.Value {
	if f.Primary && f.Type.Kind == value.UUID {
		return value.NewUUID()
	}
	if f.Null && c.r.IntN(4) == 0 {
		return value.Null
	}
	for {
		i := c.r.IntN(len(samples))
		if samples[i].t.Kind != f.Type.Kind && !(f.Type.IsText() && samples[i].t.Kind == value.Char) && !(f.Type.IsInteger() && samples[i].t.IsInteger()) {
			continue
		}
		v, err := f.Type.Parse(pick(c.r, samples[i].values))
		if err == nil && !(positive(f.Type) && v.Int() < 0) {
			return v
		}
	}
}
