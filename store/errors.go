package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Sentinel errors of the store. server/rest turns them into HTTP.
var (
	ErrNotFound     = errors.New("store: no such record")
	ErrForbidden    = errors.New("store: not allowed")
	ErrConflict     = errors.New("store: conflict")
	ErrPrecondition = errors.New("store: the record has changed meanwhile") // If-Match
	ErrNewer        = errors.New("store: the data folder was written by a newer couplet")
	ErrLocked       = errors.New("store: the data folder is in use by another process")

	// ErrLastSuperuser says that nobody would be left who may do everything.
	ErrLastSuperuser = errors.New("store: this is the last superuser who can log in")

	// ErrSchemaChanged says that a read or write was prepared under a schema that is no longer in force: prepare it again.
	ErrSchemaChanged = errors.New("store: the schema has changed meanwhile")
)

// Codes of a Problem, in DRF's words.
const (
	CodeUnique       = "unique"          // one field is taken
	CodeUniqueSet    = "unique_together" // a unique set is taken
	CodeDoesNotExist = "does_not_exist"  // a relation's target is missing
	CodeNull         = "null"
	CodeInvalid      = "invalid" // a check failed; Message says which
)

// Problem is one thing that is wrong with the values of a record. Message is set where the schema gives one.
type Problem struct {
	Fields  []*schema.Field
	Code    string
	Value   value.Value // the value refused, where one is
	Message string
}

// Invalid says that values cannot be stored.
type Invalid struct {
	Collection *schema.Collection
	Problems   []Problem
}

func (e *Invalid) Error() string {
	var parts []string
	for _, p := range e.Problems {
		var names []string
		for _, f := range p.Fields {
			names = append(names, f.Name)
		}
		parts = append(parts, strings.TrimSpace(strings.Join(names, ", ")+": "+p.Code+" "+p.Message))
	}
	return fmt.Sprintf("store: invalid %s: %s", e.Collection.Name, strings.Join(parts, "; "))
}

// Protected says that a record cannot be deleted because others, listed in part, refer to it by a relation with
// on_delete protect or restrict.
type Protected struct {
	Collection *schema.Collection
	By         *schema.Field // the relation that protects
	Keys       []value.Value // of at most ten records that refer to it
	Count      int64         // of all of them
}

func (e *Protected) Error() string {
	return fmt.Sprintf("store: %s is referred to by %d %s through %s", e.Collection.Name, e.Count, e.By.Collection.Name, e.By.Name)
}
