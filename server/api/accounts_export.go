package api

import (
	"fmt"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// maxExport bounds the records that an export of one's own data holds.
const maxExport = 20_000

// appendRecord appends a record's values by name, secrets left out.
func appendRecord(b []byte, columns []*schema.Field, values []value.Value) []byte {
	b = append(b, '{')
	first := true
	for i, f := range columns {
		if f.Secret || f.Name == "token_epoch" {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(value.AppendJSONString(b, f.Name), ':')
		if values[i].IsNull() {
			b = append(b, "null"...)
			continue
		}
		b = f.Type.AppendJSON(b, values[i])
	}
	return append(b, '}')
}

// appendReferences appends the records that refer to a user by a foreign key, by collection and field. A user sees them
// here whatever the rules say: they are about this user.
func appendReferences(b []byte, r *store.Reader, user value.Value) ([]byte, error) {
	b = append(b, '{')
	left := maxExport
	first := true
	for _, reverse := range r.Schema.Users().Reverse {
		f := reverse.Field
		if f.Relation == schema.ManyToMany {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(value.AppendJSONString(b, f.Collection.Name+"."+f.Name), ":["...)
		n := 0
		err := r.Query(referencesSQL(f), []sqlb.Arg{{Type: f.Type, Value: user}, sqlb.I(int64(left + 1))}, func(row db.Row) error {
			if n++; n > left {
				return rest.TooLarge(fmt.Sprintf("More than %d records belong to this account: ask the administrator for an export.", maxExport))
			}
			if n > 1 {
				b = append(b, ',')
			}
			values := make([]value.Value, len(f.Collection.Columns))
			for i, column := range f.Collection.Columns {
				values[i] = row.Value(i, column.Type)
			}
			b = appendRecord(b, f.Collection.Columns, values)
			return nil
		})
		if err != nil {
			return nil, err
		}
		left -= n
		b = append(b, ']')
	}
	return append(b, '}'), nil
}

func referencesSQL(f *schema.Field) string {
	sql := "SELECT "
	for i, column := range f.Collection.Columns {
		if i > 0 {
			sql += ", "
		}
		sql += sqlb.Quote(column.Column)
	}
	return sql + " FROM " + sqlb.Quote(f.Collection.Table) + " WHERE " + sqlb.Quote(f.Column) + " = $1 ORDER BY " +
		sqlb.Quote(f.Collection.Key.Column) + " LIMIT $2"
}
