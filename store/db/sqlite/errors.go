package sqlite

import (
	"zombiezen.com/go/sqlite"

	"github.com/couplet/couplet/store/db"
)

// wrap gives an SQLite error its db.Code, from its result code.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	return &db.Error{Code: code(sqlite.ErrCode(err)), Err: err}
}

func code(c sqlite.ResultCode) db.Code {
	switch c {
	case sqlite.ResultConstraintUnique, sqlite.ResultConstraintPrimaryKey, sqlite.ResultConstraintRowID:
		return db.UniqueViolation
	case sqlite.ResultConstraintForeignKey:
		return db.ForeignKeyViolation
	case sqlite.ResultConstraintNotNull:
		return db.NotNullViolation
	case sqlite.ResultConstraintCheck:
		return db.CheckViolation
	}
	switch c.ToPrimary() {
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return db.Busy
	case sqlite.ResultInterrupt:
		return db.Interrupted
	case sqlite.ResultFull:
		return db.Full
	case sqlite.ResultReadOnly, sqlite.ResultPerm:
		return db.ReadOnly
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return db.Corrupt
	case sqlite.ResultTooBig:
		return db.TooBig
	}
	return db.Other
}
