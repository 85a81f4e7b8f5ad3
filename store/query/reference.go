package query

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Reference is a column of a table that holds keys of a type, and the column with the key of what refers.
type Reference struct {
	Table, Key, Column string
	Type               value.Type
}

// EachReferring calls each for the key of every row whose column holds one of the keys, in the order of the keys of what
// refers within each few hundred.
func EachReferring(conn db.Conn, ref Reference, keys []value.Value, each func(db.Row)) error {
	key := sqlb.Quote(ref.Key)
	for start := 0; start < len(keys); start += maxKeys {
		list, args := keyList(ref.Type, keys[start:min(start+maxKeys, len(keys))])
		sql := "SELECT " + key + " FROM " + sqlb.Quote(ref.Table) + " WHERE " + sqlb.Quote(ref.Column) + list + " ORDER BY " + key
		err := conn.Query(sql, args, func(r db.Row) error {
			each(r)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
