package expr

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in an expression's source. Pos and End are byte offsets; Line and Column count from 1,
// columns in characters.
type Error struct {
	Pos        int    `json:"pos"`
	End        int    `json:"end"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Message    string `json:"message" words:"say"`
	Suggestion string `json:"suggestion,omitempty" words:"say"`
}

// Error returns the mistake with its place and suggestion on one line.
func (e Error) Error() string {
	s := fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
	if e.Suggestion != "" {
		s += " " + e.Suggestion
	}
	return s
}

// Errors are all the mistakes of an expression, in the order of their positions; never empty as an error.
type Errors []Error

// Error returns the mistakes, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Placed fills in the lines and columns of errors found in src and sorts them by position.
func (e Errors) Placed(src string) Errors {
	slices.SortStableFunc(e, func(a, b Error) int { return cmp.Compare(a.Pos, b.Pos) })
	for i := range e {
		pos := min(e[i].Pos, len(src))
		before := src[:pos]
		e[i].Line = strings.Count(before, "\n") + 1
		e[i].Column = len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	}
	return e
}

// failure carries an Error up out of the parser or checker.
type failure struct{ Error }

func fail(pos, end int, format string, args ...any) *failure {
	return &failure{Error{Pos: pos, End: end, Message: fmt.Sprintf(format, args...)}}
}

func (f *failure) suggest(s string) *failure {
	f.Suggestion = s
	return f
}

// didYouMean returns `Did you mean "x"?` for the candidate closest to name, or "" where none is close.
func didYouMean(name string, candidates []string) string {
	best, limit := "", min(len(name)/3+2, len(name))
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < limit {
			best, limit = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("Did you mean %q?", best)
}

// distance is the Levenshtein distance of two names; long ones are far apart.
func distance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
