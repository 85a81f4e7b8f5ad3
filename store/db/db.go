// Package db is the seam between Couplet and its engines: connections that run statements with typed arguments, a pool
// of readers and one writer. Each engine is a subfolder; nothing above this package knows which one it talks to.
// It may import store/sqlb and store/value.
package db

import (
	"context"
	"errors"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Conn is one connection, used by one goroutine at a time.
type Conn interface {
	// Exec runs one statement and returns the number of rows it changed.
	Exec(sql string, args ...sqlb.Arg) (int64, error)
	// Query runs one statement and calls each for every row; an error of each ends it and is returned.
	Query(sql string, args []sqlb.Arg, each func(Row) error) error
	// Attempt is Query for a statement that may fail without an end to the transaction: nothing of it is done then, and
	// the transaction goes on.
	Attempt(sql string, args []sqlb.Arg, each func(Row) error) error
	// Script runs several statements without arguments, as in a migration file.
	Script(sql string) error
}

// Row is the current row of a Query, valid until each returns. Columns count from 0.
type Row interface {
	// Value returns a column in stored form; texts are copied.
	Value(i int, t value.Type) value.Value
	Int(i int) int64
	Text(i int) string
	IsNull(i int) bool
}

// Engine is an open database.
type Engine interface {
	Dialect() sqlb.Dialect
	// Read calls fn with a connection on which all statements see one state of the database.
	// The context's end interrupts its statements.
	Read(ctx context.Context, fn func(Conn) error) error
	// Write runs fn as one transaction and returns when it is durable; an error of fn undoes it. fn may be called
	// again after a failure that was not its own, so it must not keep anything from a call that did not end the
	// transaction. The context counts only until fn begins. committed, where not nil, is called after the commit and
	// before Write returns, one call after the other, and for transactions of which one saw what another did in that
	// order. A transaction whose connection broke while it was committed counts as what became of it; where that is not
	// known in time, the error is an UndecidedError.
	Write(ctx context.Context, fn func(Conn) error, committed func()) error
	// Exclusive calls fn with the connection that writes, outside any transaction, while nobody else writes.
	Exclusive(ctx context.Context, fn func(Conn) error) error
	// SchemaChanged forgets what was planned for the tables as they were.
	SchemaChanged()
	// Check looks the whole database over while others read and write, and returns what is wrong with it, one sentence
	// each, at most a hundred.
	Check(ctx context.Context) ([]string, error)
	Close() error
}

// Copier is an engine whose database can be copied into a file while others read and write.
type Copier interface {
	// Copy writes the database, as it is at one moment, into a new file that is on disk when it returns. at is told now
	// and then how many bytes of all are copied.
	Copy(ctx context.Context, path string, at func(done, total int64)) error
}

// Code is the kind of an engine's error, from its code, never from its text.
type Code uint8

// The kinds of engine errors that Couplet acts on.
const (
	Other Code = iota
	UniqueViolation
	ForeignKeyViolation
	NotNullViolation
	CheckViolation
	Contention  // another transaction made this one fail: it may be run again at once
	Busy        // locked by another process, or out of reach: may be tried again later
	Interrupted // the context ended
	Full        // no space left
	ReadOnly    // the file or folder cannot be written
	Corrupt
	TooBig
	Undecided // it is not known whether the transaction was committed: the error is an UndecidedError
	BadText   // a text holds what the engine cannot keep, such as U+0000
)

// Error is an engine's error.
type Error struct {
	Code       Code
	Table      string   // of a violation, where the engine tells
	Columns    []string // of a violation, where the engine tells
	Constraint string
	Err        error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// UndecidedError says that nobody knows yet whether a transaction was committed.
type UndecidedError struct {
	Settled <-chan struct{} // closed once it is committed or undone, or the engine is closed
	Err     error
}

func (e *UndecidedError) Error() string { return e.Err.Error() }
func (e *UndecidedError) Unwrap() error { return e.Err }

// CodeOf returns the code of an engine's error, or Other.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Other
}
