package rest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/store/value"
)

// APIError is an answer other than success (DRF: APIException): a status and either a detail or a tree of validation
// errors, with the headers that belong to it.
type APIError struct {
	Status   int
	Detail   string
	Code     string
	ShowCode bool        // the code stands beside the detail even where codes are not asked for (simplejwt)
	Fields   *Errors     // validation errors; Detail is not rendered then
	List     []Message   // a bare list of messages, as DRF answers a bad search
	Headers  [][2]string // names and values
	Extra    []byte      // further members after detail and code, as JSON text without braces
	Cause    error       // what an unknown error was, for the log; never shown
}

func (e *APIError) Error() string {
	if e.Cause != nil {
		return e.Cause.Error()
	}
	if e.Fields != nil {
		return e.Fields.Error()
	}
	return e.Detail
}

func (e *APIError) Unwrap() error { return e.Cause }

// AppendJSON appends the body of the answer. With codes, a detail has its code beside it.
func (e *APIError) AppendJSON(dst []byte, style ErrorStyle) []byte {
	switch {
	case e.Fields != nil:
		return e.Fields.AppendJSON(dst, style)
	case e.List != nil:
		return appendMessages(dst, e.List, style)
	}
	dst = value.AppendJSONString(append(dst, `{"detail":`...), style.Language.Say(e.Detail))
	if style.Codes || e.ShowCode {
		dst = value.AppendJSONString(append(dst, `,"code":`...), e.Code)
	}
	if len(e.Extra) > 0 {
		dst = append(append(dst, ','), e.Extra...)
	}
	return append(dst, '}')
}

// Validation returns the 400 for a tree of errors.
func Validation(e *Errors) *APIError { return &APIError{Status: 400, Code: "invalid", Fields: e} }

// ParseError returns the 400 for a body that cannot be read.
func ParseError(detail string) *APIError {
	return &APIError{Status: 400, Detail: detail, Code: "parse_error"}
}

// NotFound returns the 404 of an object that is not there; model is the model's name with a capital ("Article"), or ""
// for DRF's bare text.
func NotFound(model string) *APIError {
	detail := "Not found."
	if model != "" {
		detail = "No " + model + " matches the given query."
	}
	return &APIError{Status: 404, Detail: detail, Code: "not_found"}
}

// NotAuthenticated returns the answer to a client without credentials: 401 with the challenge, or 403 where the first
// authentication class has none.
func NotAuthenticated(challenge string) *APIError {
	return unauthorized("Authentication credentials were not provided.", "not_authenticated", challenge)
}

// AuthenticationFailed returns the answer to bad credentials.
func AuthenticationFailed(detail, code, challenge string) *APIError {
	if detail == "" {
		detail = "Incorrect authentication credentials."
	}
	if code == "" {
		code = "authentication_failed"
	}
	return unauthorized(detail, code, challenge)
}

func unauthorized(detail, code, challenge string) *APIError {
	e := &APIError{Status: 401, Detail: detail, Code: code}
	if challenge == "" {
		e.Status = 403
		return e
	}
	e.Headers = [][2]string{{"WWW-Authenticate", challenge}}
	return e
}

// PermissionDenied returns the 403; detail "" is DRF's text.
func PermissionDenied(detail string) *APIError {
	if detail == "" {
		detail = "You do not have permission to perform this action."
	}
	return &APIError{Status: 403, Detail: detail, Code: "permission_denied"}
}

// MethodNotAllowed returns the 405.
func MethodNotAllowed(method string) *APIError {
	return &APIError{Status: 405, Detail: fmt.Sprintf("Method \"%s\" not allowed.", method), Code: "method_not_allowed"}
}

// NotAcceptable returns the 406.
func NotAcceptable() *APIError {
	return &APIError{Status: 406, Detail: "Could not satisfy the request Accept header.", Code: "not_acceptable"}
}

// Conflict returns a 409.
func Conflict(detail, code string) *APIError {
	return &APIError{Status: 409, Detail: detail, Code: code}
}

// PreconditionFailed returns the 412 of an If-Match that does not match.
func PreconditionFailed() *APIError {
	return &APIError{Status: 412, Detail: "The record has changed since it was read.", Code: "precondition_failed"}
}

// TooLarge returns the 413 of a body or file beyond a limit.
func TooLarge(detail string) *APIError {
	return &APIError{Status: 413, Detail: detail, Code: "too_large"}
}

// UnsupportedMediaType returns the 415.
func UnsupportedMediaType(mediaType string) *APIError {
	return &APIError{
		Status: 415, Detail: fmt.Sprintf("Unsupported media type \"%s\" in request.", mediaType), Code: "unsupported_media_type",
	}
}

// Throttled returns the 429 with Retry-After; wait < 0 is unknown.
func Throttled(wait time.Duration) *APIError {
	e := &APIError{Status: 429, Detail: "Request was throttled.", Code: "throttled"}
	if wait < 0 {
		return e
	}
	seconds := int(math.Ceil(wait.Seconds()))
	e.Detail += " Expected available in " + strconv.Itoa(seconds) + " second"
	if seconds != 1 {
		e.Detail += "s"
	}
	e.Detail += "."
	e.Headers = [][2]string{{"Retry-After", strconv.Itoa(seconds)}}
	return e
}

// Internal returns the 500 of an error that nobody expected; cause is for the log only.
func Internal(cause error) *APIError {
	return &APIError{Status: 500, Detail: "Internal error.", Code: "error", Cause: cause}
}

// capFirst returns s with an upper-case first letter (Django's capfirst).
func capFirst(s string) string {
	if s == "" {
		return s
	}
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}
