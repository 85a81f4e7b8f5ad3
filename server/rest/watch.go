package rest

import (
	"context"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// Watch is a list or a record that somebody wants to be told of, resolved in the sight of whoever that is.
type Watch struct {
	Key   string      // watches with the same key have the same records, and the same texts of them
	Texts string      // watches with the same Texts have the same text of a record
	List  *query.List // what belongs to it, without an order or a page; its Shape is what Render needs
	Flat  bool        // Shape asks for columns only
	Reads query.Reads // what decides whether a record belongs to it

	// Render appends a record as the resource shows it.
	Render func(dst []byte, row *query.Row) []byte
	// Snapshot reads what is asked for as it is now: a page, or the record.
	Snapshot func(rd *store.Reader) (Snapshot, error)
	// Count returns the number of all records; nil where the resource does not count.
	Count func(rd *store.Reader) (int64, error)
	// Again resolves the watch as of now; nil where the time does not decide.
	Again func(ctx context.Context) (*Watch, error)
	// KeyType is the type of the records' keys.
	KeyType value.Type
}

// Snapshot is a Watch as it is at some time.
type Snapshot struct {
	Results []byte // a JSON array
	Count   int64  // of the whole list; -1 where the resource does not count
}
