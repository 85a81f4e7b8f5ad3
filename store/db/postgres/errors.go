package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/couplet/couplet/store/db"
)

// Errors of Open.
var (
	// ErrInUse says that another couplet has the database.
	ErrInUse = errors.New("postgres: the database is in use by another couplet")
	// ErrServer says that the server cannot be used as it is: too old, or no UTF-8.
	ErrServer = errors.New("postgres: the database cannot be used")
	// ErrURL says that the database's address cannot be read.
	ErrURL = errors.New("postgres: the address of the database cannot be read")
)

var errReadOnly = &db.Error{Code: db.ReadOnly, Err: errors.New("postgres: the database was opened for reading only")}

// codes are the kinds of PostgreSQL's errors, by SQLSTATE.
var codes = map[string]db.Code{
	"23505": db.UniqueViolation,
	"23503": db.ForeignKeyViolation,
	"23001": db.ForeignKeyViolation, // restrict_violation
	"23502": db.NotNullViolation,
	"23514": db.CheckViolation,
	"40001": db.Contention, // serialization_failure
	"40P01": db.Contention, // deadlock_detected
	"0A000": db.Contention, // "cached plan must not change result type", after a migration elsewhere: see conn.fail
	"26000": db.Contention, // a prepared statement is gone: a pooler gave the connection to somebody else
	"55P03": db.Busy,       // lock_not_available
	"53300": db.Busy,       // too_many_connections
	"57P03": db.Busy,       // cannot_connect_now
	"57P01": db.Busy,       // admin_shutdown
	"57014": db.Interrupted,
	"25P03": db.Interrupted, // idle_in_transaction_session_timeout
	"53100": db.Full,
	"25006": db.ReadOnly, // read_only_sql_transaction
	"XX001": db.Corrupt,
	"XX002": db.Corrupt,
	"54000": db.TooBig, // program_limit_exceeded, such as an index row
	"22021": db.BadText,
	"22P05": db.BadText,
}

// wrap gives an error its db.Code, from its SQLSTATE.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	out := &db.Error{Err: err}
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg):
		out.Code, out.Table, out.Constraint = codes[pg.Code], pg.TableName, pg.ConstraintName
		if pg.ColumnName != "" {
			out.Columns = []string{pg.ColumnName}
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		out.Code = db.Interrupted
	default: // the connection
		out.Code = db.Busy
	}
	return out
}
