package migrate

import (
	"context"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	atlas "ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlite"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// CreateAll returns the statements that make a fresh database for a schema: tables with their indexes in the
// document's order, then the tables of many-to-many pairs. Foreign keys are immediate NO ACTION (PostgreSQL: added
// last, DEFERRABLE INITIALLY IMMEDIATE). System tables are not among them.
func CreateAll(s *schema.Schema, d sqlb.Dialect) []string {
	var out, keys []string
	for _, t := range tables(s) {
		if t.adopted {
			continue
		}
		out = append(out, createTable(d, t)...)
		keys = append(keys, foreignKeys(d, t)...)
	}
	return append(out, keys...)
}

// createTable returns CREATE TABLE and the CREATE INDEX statements of a table.
func createTable(d sqlb.Dialect, t *table) []string {
	out := render(d, &atlas.AddTable{T: atlasTable(d, t)})
	if d == sqlb.PostgreSQL { // Atlas does not name it
		out = append(out, addKey(t))
	}
	return out
}

// foreignKeys returns the statements that add a new table's foreign keys where CREATE TABLE does not hold them:
// PostgreSQL's, which may point at tables made later and are deferrable, which Atlas cannot say.
func foreignKeys(d sqlb.Dialect, t *table) []string {
	if d == sqlb.SQLite {
		return nil
	}
	var out []string
	for _, c := range t.columns {
		if c.ref != nil {
			out = append(out, addForeignKey(t, c))
		}
	}
	return out
}

func addForeignKey(t *table, c *column) string {
	return "ALTER TABLE " + sqlb.Quote(t.name) + " ADD CONSTRAINT " + sqlb.Quote(foreignKeyName(t, c)) +
		" FOREIGN KEY (" + sqlb.Quote(c.name) + ") REFERENCES " + sqlb.Quote(c.ref.table) +
		" (" + sqlb.Quote(c.ref.column) + ") DEFERRABLE INITIALLY IMMEDIATE"
}

func foreignKeyName(t *table, c *column) string { return identifier(t.name, c.name, "fkey") }

// keyName is the name of a table's primary key on PostgreSQL.
func keyName(table string) string { return identifier(table, "pkey") }

func addKey(t *table) string {
	names := make([]string, len(t.key))
	for i, name := range t.key {
		names[i] = sqlb.Quote(name)
	}
	return "ALTER TABLE " + sqlb.Quote(t.name) + " ADD CONSTRAINT " + sqlb.Quote(keyName(t.name)) + " PRIMARY KEY (" +
		strings.Join(names, ", ") + ")"
}

func checkName(t *table, c *column) string { return identifier(t.name, c.name, "check") }

// render lets Atlas write the SQL of changes that it has no say in: what is made here is always plannable.
func render(d sqlb.Dialect, changes ...atlas.Change) []string {
	planner := sqlite.DefaultPlan
	if d == sqlb.PostgreSQL {
		planner = postgres.DefaultPlan
	}
	plan, err := planner.PlanChanges(context.Background(), "couplet", changes, func(o *migrate.PlanOptions) {
		o.Indent = "  "
		o.SchemaQualifier = new(string)
	})
	if err != nil {
		panic(fmt.Sprintf("migrate: atlas refuses a change of our own: %v", err))
	}
	out := make([]string, 0, len(plan.Changes))
	for _, c := range plan.Changes {
		out = append(out, c.Cmd)
	}
	return out
}

// atlasTable returns a table in Atlas's terms.
func atlasTable(d sqlb.Dialect, t *table) *atlas.Table {
	out := atlas.NewTable(t.name)
	columns := map[string]*atlas.Column{}
	for _, c := range t.columns {
		columns[c.name] = atlasColumn(d, c)
		out.AddColumns(columns[c.name])
		if positive(c.typ) {
			check := atlas.NewCheck().SetExpr(quoted(d, c.name) + " >= 0")
			if d == sqlb.PostgreSQL {
				check.SetName(checkName(t, c))
			}
			out.AddChecks(check)
		}
		if c.ref != nil && d == sqlb.SQLite {
			out.AddForeignKeys(atlas.NewForeignKey("").AddColumns(columns[c.name]).
				SetRefTable(atlas.NewTable(c.ref.table)).AddRefColumns(atlas.NewColumn(c.ref.column)))
		}
	}
	var key []*atlas.Column
	for _, name := range t.key {
		key = append(key, columns[name])
	}
	if d == sqlb.SQLite {
		out.SetPrimaryKey(atlas.NewPrimaryKey(key...))
	}
	for _, x := range t.indexes {
		out.AddIndexes(atlasIndex(d, x, columns))
	}
	if t.link != nil && d == sqlb.SQLite {
		out.AddAttrs(&sqlite.WithoutRowID{})
	}
	return out
}

func atlasColumn(d sqlb.Dialect, c *column) *atlas.Column {
	name := d.ColumnType(c.typ)
	out := atlas.NewColumn(c.name).SetNull(c.null)
	if d == sqlb.SQLite {
		out.SetType(&sqlite.UserDefinedType{T: name})
		if c.auto {
			out.AddAttrs(&sqlite.AutoIncrement{})
		}
		return out
	}
	parsed, err := postgres.ParseType(name)
	if err != nil {
		panic(fmt.Sprintf("migrate: atlas does not know type %s: %v", name, err))
	}
	out.SetType(parsed)
	if name == "text" {
		out.AddAttrs(&atlas.Collation{V: "C"})
	}
	if c.auto {
		out.AddAttrs(&postgres.Identity{Generation: "BY DEFAULT", Sequence: &postgres.Sequence{Start: 1, Increment: 1}})
	}
	return out
}

// atlasIndex returns an index in Atlas's terms. Nulls come first ascending, which PostgreSQL must be told.
func atlasIndex(d sqlb.Dialect, x *index, columns map[string]*atlas.Column) *atlas.Index {
	out := atlas.NewIndex(x.name).SetUnique(x.unique)
	for _, p := range x.parts {
		c := columns[p.column]
		if c == nil {
			c = atlas.NewColumn(p.column)
		}
		term := atlas.NewColumnPart(c).SetDesc(p.desc)
		if d == sqlb.PostgreSQL && p.nullable {
			term.AddAttrs(&postgres.IndexColumnProperty{NullsFirst: !p.desc, NullsLast: p.desc})
		}
		out.AddParts(term)
	}
	return out
}

// quoted quotes a name the way Atlas does for the engine, so that a table's text is in one style.
func quoted(d sqlb.Dialect, name string) string {
	if d == sqlb.SQLite {
		return "`" + name + "`"
	}
	return sqlb.Quote(name)
}
