package migrate

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of a Runner.
var (
	ErrPending = errors.New("migrate: there are migrations that have not been applied")
	ErrMoved   = errors.New("migrate: the schema has changed since the plan was made")
	ErrDown    = errors.New("migrate: there is no way back")
)

// ConsentError says that a plan destroys something and nobody has agreed to it.
type ConsentError struct{ Plan *Plan }

func (e *ConsentError) Error() string {
	return "migrate: this loses data and needs consent:\n" + sentences(e.Plan.Destructive())
}

// ProblemError says that a plan cannot be carried out on the data there is.
type ProblemError struct{ Plan *Plan }

func (e *ProblemError) Error() string {
	var lines []string
	for _, s := range e.Plan.Problems() {
		lines = append(lines, "  "+s.Sentence+" "+s.Problem)
	}
	return "migrate: this cannot be done:\n" + strings.Join(lines, "\n")
}

func sentences(steps []Step) string {
	var lines []string
	for _, s := range steps {
		lines = append(lines, "  "+s.Sentence)
	}
	return strings.Join(lines, "\n")
}

// FileError says which migration file is wrong.
type FileError struct {
	Name    string // "0003_add_price"
	Message string
}

func (e *FileError) Error() string { return fmt.Sprintf("migrate: %s %s", e.Name, e.Message) }
