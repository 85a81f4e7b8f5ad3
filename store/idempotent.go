package store

import (
	"errors"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// idempotencyTime is how long an Idempotency-Key is remembered.
const idempotencyTime = 24 * time.Hour

// ErrKeyReused says that an Idempotency-Key came a second time with another request.
var ErrKeyReused = errors.New("store: the idempotency key belongs to another request")

// Once runs create unless the owner has used the key for the same request within a day: then it returns the key of the
// record that was created then, and again is true.
func (tx *Tx) Once(owner, name, request string, t value.Type, create func() (value.Value, error)) (key value.Value, again bool, err error) {
	since := tx.now.Add(-idempotencyTime).UnixMicro()
	if _, err := tx.Exec("DELETE FROM couplet_idempotency WHERE at < $1", sqlb.I(since)); err != nil {
		return value.Null, false, err
	}
	have := ""
	err = tx.Query("SELECT request, record FROM couplet_idempotency WHERE owner = $1 AND name = $2",
		[]sqlb.Arg{sqlb.T(owner), sqlb.T(name)}, func(r db.Row) (err error) {
			have = r.Text(0)
			key, err = t.Parse(r.Text(1))
			return err
		})
	switch {
	case err != nil:
		return value.Null, false, err
	case have == request && have != "":
		return key, true, nil
	case have != "":
		return value.Null, false, ErrKeyReused
	}
	if key, err = create(); err != nil {
		return value.Null, false, err
	}
	err = tx.attempt("INSERT INTO couplet_idempotency (owner, name, request, record, at) VALUES ($1, $2, $3, $4, $5)",
		sqlb.T(owner), sqlb.T(name), sqlb.T(request), sqlb.T(t.String(key)), sqlb.I(tx.now.UnixMicro()))
	if db.CodeOf(err) == db.UniqueViolation { // the same request at the same time: the other one was first
		err = &db.Error{Code: db.Contention, Err: err}
	}
	return key, false, err
}
