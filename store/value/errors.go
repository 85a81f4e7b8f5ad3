package value

import "errors"

// Parsing a text or a JSON literal fails in one of two ways; every error of Parse and FromJSON wraps one of them.
var (
	// ErrSyntax is input that does not have the form of the type (DRF: code "invalid").
	ErrSyntax = errors.New("not a value of this type")
	// ErrRange is input of the right form that is too large to be kept: an integer beyond 64 bits, a datetime that
	// leaves the years 1 to 9999 when converted to UTC, a duration beyond 64 bits of microseconds, too many digits.
	ErrRange = errors.New("value out of range")
)

// The ways in which a decimal does not fit its type. Each wraps ErrRange; DRF checks them in this order.
var (
	ErrDigits = decimalError("too many digits in total")                     // max_digits
	ErrPlaces = decimalError("too many decimal places")                      // max_decimal_places
	ErrWhole  = decimalError("too many digits before the decimal separator") // max_whole_digits
)

type rangeError struct{ text string }

func (e *rangeError) Error() string { return e.text }
func (e *rangeError) Unwrap() error { return ErrRange }

func decimalError(text string) error { return &rangeError{text} }

// Errors of syntax that a message can name more exactly than ErrSyntax does.
var (
	// ErrNull is a U+0000 in a text (Django: "Null characters are not allowed.").
	ErrNull = syntaxError("null characters are not allowed")
	// ErrSurrogate is a text that is not valid UTF-8, or half of a surrogate pair in JSON.
	ErrSurrogate = syntaxError("text is not valid UTF-8")
	// ErrDepth is a JSON value that is nested too deeply.
	ErrDepth = syntaxError("JSON is nested too deeply")
)

type syntaxErr struct{ text string }

func (e *syntaxErr) Error() string { return e.text }
func (e *syntaxErr) Unwrap() error { return ErrSyntax }

func syntaxError(text string) error { return &syntaxErr{text} }
