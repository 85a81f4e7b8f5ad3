package query

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
)

// MaxPattern is the longest regular expression that a lookup takes, in bytes.
const MaxPattern = 1000

// PatternError says why a regular expression cannot be used.
type PatternError struct {
	Pattern string
	Reason  string
}

func (e *PatternError) Error() string { return "query: invalid regular expression: " + e.Reason }

// Regex checks the pattern of a regex or iregex lookup and returns it as the engine gets it: Python's notation written
// for RE2, which needs time in proportion to the text whatever the pattern. What RE2 cannot do is a *PatternError.
func Regex(pattern string, fold bool) (string, error) {
	if len(pattern) > MaxPattern {
		return "", &PatternError{pattern, fmt.Sprintf("it is longer than %d bytes", MaxPattern)}
	}
	pattern = fromPython(pattern)
	if fold {
		pattern = "(?i)" + pattern
	}
	if _, err := regexp.Compile(pattern); err != nil {
		var e *syntax.Error
		if errors.As(err, &e) {
			return "", &PatternError{pattern, string(e.Code)}
		}
		return "", &PatternError{pattern, err.Error()}
	}
	return pattern, nil
}
