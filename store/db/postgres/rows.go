package postgres

import (
	"bytes"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

// rows are the rows of a statement, read whole before any is looked at: the connection is then free for what happens
// on the way. Lists are read in pages, so there are never many.
type rows struct {
	oids  []uint32
	bytes []byte
	cells []cell
}

// cell is where a value stands in rows.bytes; from is -1 where it is null.
type cell struct{ from, to int }

func (r *rows) read(result *pgconn.ResultReader) {
	for _, f := range result.FieldDescriptions() {
		r.oids = append(r.oids, f.DataTypeOID)
	}
	for result.NextRow() {
		for _, text := range result.Values() {
			c := cell{-1, -1}
			if text != nil {
				c = cell{len(r.bytes), len(r.bytes) + len(text)}
				r.bytes = append(r.bytes, text...)
			}
			r.cells = append(r.cells, c)
		}
	}
}

// each calls fn for every row. A value that cannot be read ends it with an error.
func (r *rows) each(fn func(db.Row) error) error {
	for i := 0; i < len(r.cells); i += len(r.oids) {
		row := &row{rows: r, cells: r.cells[i : i+len(r.oids)]}
		if err := fn(row); err != nil {
			return err
		}
		if row.err != nil {
			return row.err
		}
	}
	return nil
}

// row implements db.Row.
type row struct {
	*rows
	cells []cell
	err   error // the first value that could not be read
}

func (r *row) text(i int) []byte { return r.bytes[r.cells[i].from:r.cells[i].to] }

func (r *row) IsNull(i int) bool { return r.cells[i].from < 0 }

func (r *row) Text(i int) string {
	if r.IsNull(i) {
		return ""
	}
	return string(r.text(i))
}

func (r *row) Int(i int) int64 {
	switch {
	case r.IsNull(i):
		return 0
	case r.oids[i] == pgtype.BoolOID:
		return value.Bool(r.text(i)[0] == 't').Int()
	}
	whole, _, _ := bytes.Cut(r.text(i), []byte{'.'})
	n, err := strconv.ParseInt(string(whole), 10, 64)
	r.note(err)
	return n
}

func (r *row) Value(i int, t value.Type) value.Value {
	if r.IsNull(i) {
		return value.Null
	}
	v, err := decode(r.oids[i], r.text(i), t)
	r.note(err)
	return v
}

func (r *row) note(err error) {
	if err != nil && r.err == nil {
		r.err = err
	}
}
