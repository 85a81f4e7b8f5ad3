package query

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Witness is a connection that wants to know which records the statement that is run next can read: in so many of the
// places where it names the field's collection, only those whose field has the value.
type Witness interface {
	Only(f *schema.Field, v value.Value, times int)
}

// witness tells a connection that wants to know what the list's conditions leave of its collection.
func (l *List) witness(conn db.Conn, times int) {
	w, ok := conn.(Witness)
	if !ok {
		return
	}
	for _, c := range l.Where {
		m, ok := c.(Match)
		if ok && m.Lookup == "exact" && len(m.Path) == 1 && m.Path[0].Field != nil && comparable(m.Path[0].Field, m.Values) {
			w.Only(m.Path[0].Field, m.Values[0], times)
			return
		}
	}
}

// comparable reports whether a stored value is the only one that equals this one in SQL.
func comparable(f *schema.Field, values []value.Value) bool {
	if f.Position < 0 || len(values) != 1 || values[0].IsNull() {
		return false
	}
	return values[0].Class() == value.ClassInt && (f.Type.IsInteger() || f.Type.Kind == value.Boolean) ||
		values[0].Class() == value.ClassText && (f.Type.IsText() || f.Type.Kind == value.UUID)
}
