package rest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// TestFromError holds the answer to every kind of error, and that nothing unknown is shown.
func TestFromError(t *testing.T) {
	s := compiled(t, sampleSchema, "articles-nested")
	c := s.Collection
	invalid := func(p store.Problem) error { return &store.Invalid{Collection: c, Problems: []store.Problem{p}} }
	tests := []struct {
		err    error
		status int
		body   string
	}{
		{NotFound("Article"), 404, `{"detail":"No Article matches the given query."}`},
		{fmt.Errorf("x: %w", store.ErrNotFound), 404, `{"detail":"Not found."}`},
		{store.ErrForbidden, 403, `{"detail":"You do not have permission to perform this action."}`},
		{store.ErrPrecondition, 412, `{"detail":"The record has changed since it was read."}`},
		{store.ErrConflict, 409, `{"detail":"The change conflicts with another one."}`},
		{store.ErrTooLarge, 413, `{"detail":"The file is too large."}`},
		{context.DeadlineExceeded, 503, `{"detail":"The request took too long."}`},
		{&db.Error{Code: db.Busy, Err: errors.New("secret")}, 503, `{"detail":"The database is busy."}`},
		{&db.Error{Code: db.Undecided, Err: errors.New("secret")}, 503,
			`{"detail":"It is not known whether the change was made: the database went away while it was saved. Look before you try again."}`},
		{&db.Error{Code: db.Full, Err: errors.New("secret")}, 507, `{"detail":"There is no space left for data."}`},
		{&fs.PathError{Op: "write", Path: "/secret", Err: syscall.ENOSPC}, 507, `{"detail":"There is no space left for data."}`},
		{&fs.PathError{Op: "open", Path: "/secret", Err: syscall.EROFS}, 503, `{"detail":"The data folder cannot be written to."}`},
		{&db.Error{Code: db.ForeignKeyViolation, Err: errors.New("secret")}, 409, `{"detail":"The change conflicts with other records."}`},
		{errors.New("secret"), 500, `{"detail":"Internal error."}`},
		{invalid(store.Problem{Fields: []*schema.Field{c.Field("slug")}, Code: store.CodeUnique}), 400,
			`{"slug":["article with this slug already exists."]}`},
		{invalid(store.Problem{Fields: []*schema.Field{c.Field("author")}, Code: store.CodeDoesNotExist, Value: value.Int(9)}), 400,
			`{"author":["Invalid pk \"9\" - object does not exist."]}`},
		{invalid(store.Problem{Fields: []*schema.Field{c.Field("title"), c.Field("slug")}, Code: store.CodeUniqueSet}), 400,
			`{"non_field_errors":["The fields title, slug must make a unique set."]}`},
		{invalid(store.Problem{Code: store.CodeInvalid, Message: "No."}), 400, `{"non_field_errors":["No."]}`},
		{&store.Protected{Collection: c.Field("author").To, By: c.Field("author"), Count: 7}, 409,
			`{"detail":"Cannot delete this author because it is referenced by 7 articles through the field author.",` +
				`"protected_by":{"collection":"articles","field":"author","count":7}}`},
	}
	for _, test := range tests {
		e := FromError(test.err)
		if got := string(e.AppendJSON(nil, ErrorStyle{})); e.Status != test.status || got != test.body {
			t.Errorf("%v: %d %s, want %d %s", test.err, e.Status, got, test.status, test.body)
		}
	}
	var bad *store.Invalid
	err := invalid(store.Problem{Fields: []*schema.Field{c.Field("author")}, Code: store.CodeDoesNotExist, Value: value.Int(9)})
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	if got, want := s.InvalidErrors(bad).Error(), `{"author_id":["Invalid pk \"9\" - object does not exist."]}`; got != want {
		t.Errorf("in the serializer's names: %s, want %s", got, want)
	}
}

// TestErrorsJoin: errors put in two goes under one name are all kept, items of a list in their order.
func TestErrorsJoin(t *testing.T) {
	e := ListErrors(12)
	e.PutIndex(10, FieldError("a", "1", "x"))
	e.PutIndex(2, FieldError("a", "2", "x"))
	e.PutIndex(10, FieldError("b", "3", "x"))
	e.PutIndex(10, FieldError("a", "4", "x"))
	e.PutIndex(11, Fail("5", "x"))
	if got, want := e.Error(), `{"2":{"a":["2"]},"10":{"a":["1","4"],"b":["3"]},"11":["5"]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
