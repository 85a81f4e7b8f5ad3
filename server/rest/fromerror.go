package rest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// FromError is the one mapper from errors to answers. What it does not know is a 500 that says "Internal error." and
// keeps the error as its cause, to be logged.
func FromError(err error) *APIError {
	var api *APIError
	var errs *Errors
	var bad *store.Invalid
	var protected *store.Protected
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api):
		return api
	case errors.As(err, &errs):
		return Validation(errs)
	case errors.As(err, &bad):
		return Validation(invalidErrors(bad, func(f *schema.Field) string { return f.Name }))
	case errors.As(err, &protected):
		return protectedError(protected)
	}
	return fromSentinel(err)
}

func fromSentinel(err error) *APIError {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return NotFound("")
	case errors.Is(err, store.ErrForbidden):
		return PermissionDenied("")
	case errors.Is(err, store.ErrPrecondition):
		return PreconditionFailed()
	case errors.Is(err, store.ErrLastSuperuser):
		return Conflict("This is the last superuser who can log in.", "last_superuser")
	case errors.Is(err, store.ErrConflict):
		return Conflict("The change conflicts with another one.", "conflict")
	case errors.Is(err, store.ErrTooLarge):
		return TooLarge("The file is too large.")
	case errors.Is(err, store.ErrFileName):
		return Validation(NonField("No filename could be determined.", "no_name"))
	case errors.Is(err, store.ErrSchemaChanged):
		e := unavailable("The schema has changed meanwhile. Try again.", "schema_changed", err)
		e.Headers = [][2]string{{"Retry-After", "0"}}
		return e
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return storageFull(err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return unavailable("The data folder cannot be written to.", "read_only", err)
	case errors.Is(err, context.DeadlineExceeded):
		return unavailable("The request took too long.", "timeout", err)
	case errors.Is(err, context.Canceled):
		return unavailable("The request was cancelled.", "cancelled", err)
	}
	return fromCode(err)
}

func fromCode(err error) *APIError {
	switch db.CodeOf(err) {
	case db.UniqueViolation, db.ForeignKeyViolation:
		e := Conflict("The change conflicts with other records.", "conflict")
		e.Cause = err
		return e
	case db.Busy, db.Contention:
		e := unavailable("The database is busy.", "busy", err)
		e.Headers = [][2]string{{"Retry-After", "1"}}
		return e
	case db.Undecided:
		return unavailable("It is not known whether the change was made: the database went away while it was saved. Look before you try again.", "undecided", err)
	case db.Interrupted:
		return unavailable("The request took too long.", "timeout", err)
	case db.ReadOnly:
		return unavailable("The database cannot be written to.", "read_only", err)
	case db.Full:
		return storageFull(err)
	case db.BadText:
		return &APIError{Status: 400, Code: "null_characters_not_allowed", Detail: "Null characters are not allowed."}
	case db.TooBig:
		return TooLarge("A value is too large to be stored.")
	}
	return Internal(err)
}

func storageFull(cause error) *APIError {
	return &APIError{Status: 507, Detail: "There is no space left for data.", Code: "storage_full", Cause: cause}
}

func unavailable(detail, code string, cause error) *APIError {
	return &APIError{Status: 503, Detail: detail, Code: code, Cause: cause}
}

// InvalidErrors words what the store refused as validation would have, under the serializer's own field names.
func (s *Serializer) InvalidErrors(e *store.Invalid) *Errors {
	return invalidErrors(e, func(m *schema.Field) string {
		if f := s.fieldOf(m); f != nil {
			return f.name
		}
		return m.Name
	})
}

func invalidErrors(e *store.Invalid, name func(*schema.Field) string) *Errors {
	errs := &Errors{}
	for _, p := range e.Problems {
		names := make([]string, len(p.Fields))
		for i, f := range p.Fields {
			names[i] = name(f)
		}
		at := nonField
		if len(names) == 1 {
			at = names[0]
		}
		errs.Put(at, Fail(problemText(p, names), problemCode(p.Code)))
	}
	return errs
}

func problemCode(code string) string {
	if code == store.CodeUniqueSet {
		return "unique"
	}
	return code
}

func problemText(p store.Problem, names []string) string {
	switch {
	case p.Message != "":
		return p.Message
	case p.Code == store.CodeUniqueSet || p.Code == store.CodeUnique && len(names) > 1:
		return "The fields " + strings.Join(names, ", ") + " must make a unique set."
	case p.Code == store.CodeUnique && len(p.Fields) == 1:
		return uniqueMessage(p.Fields[0])
	case p.Code == store.CodeDoesNotExist && len(p.Fields) == 1:
		return `Invalid pk "` + p.Fields[0].Type.String(p.Value) + `" - object does not exist.`
	case p.Code == store.CodeNull:
		return "This field may not be null."
	}
	return "Invalid input."
}

// protectedError says what keeps a record from being deleted.
func protectedError(e *store.Protected) *APIError {
	noun := strings.ToLower(e.By.Collection.LabelPlural)
	if e.Count == 1 {
		noun = strings.ToLower(e.By.Collection.Label)
	}
	if noun == "" {
		noun = e.By.Collection.Name
	}
	out := Conflict(fmt.Sprintf("Cannot delete this %s because it is referenced by %d %s through the field %s.",
		strings.ToLower(e.Collection.Label), e.Count, noun, e.By.Name), "protected")
	extra := value.AppendJSONString([]byte(`"protected_by":{"collection":`), e.By.Collection.Name)
	extra = value.AppendJSONString(append(extra, `,"field":`...), e.By.Name)
	extra = strconv.AppendInt(append(extra, `,"count":`...), e.Count, 10)
	out.Extra = append(extra, '}')
	return out
}
