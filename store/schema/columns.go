package schema

import "strings"

// columns numbers the columns and reports names that are used twice, in a table or for tables.
func (b *builder) columns() {
	tables := map[string]string{}
	claim := func(at cursor, table, who string) {
		if other, taken := tables[strings.ToLower(table)]; taken {
			at.fail(`Set another "table".`, "%s has the table %q already.", other, table)
		}
		tables[strings.ToLower(table)] = who
	}
	for _, col := range b.s.Collections {
		claim(b.places[col].at("table"), col.Table, col.Name)
	}
	for _, col := range b.s.Collections {
		taken := map[string]string{}
		for _, f := range col.Fields {
			if f.Relation == ManyToMany {
				col.ManyToMany = append(col.ManyToMany, f)
				if f.Through != nil && f.Through.Collection == nil {
					claim(b.fields[f].at("table"), f.Through.Table, col.Name+"."+f.Name)
				}
				continue
			}
			lower := strings.ToLower(f.Column)
			if other, twice := taken[lower]; twice {
				b.fields[f].at("column").fail(`Set another "column".`, "%s has the column %q already.", other, f.Column)
			}
			taken[lower] = f.Name
			f.Position = len(col.Columns)
			col.Columns = append(col.Columns, f)
		}
	}
}
