// Package doctor looks a data folder over and says what is wrong with it and what to do: the database, its tables,
// migrations, files, keys, permissions, the clock and the disk. It changes nothing, and works while the folder is
// served. It may import server/auth and store.
package doctor

import (
	"context"
	"fmt"
	"slices"

	"github.com/couplet/couplet/store"
)

// Level says how bad a finding is.
type Level string

// The levels. Only errors make a folder unhealthy.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
)

// Finding is what one check has found. Advice says what to do, "" where nothing is to be done.
type Finding struct {
	Check   string `json:"check"`
	Level   Level  `json:"level" openapi:"enum=ok|warning|error"`
	Message string `json:"message" words:"say"`
	Advice  string `json:"advice" words:"say"`
}

// Report is all that was found.
type Report struct {
	Healthy  bool      `json:"healthy"`
	Findings []Finding `json:"findings"`
}

// Errors counts the findings that make the folder unhealthy.
func (r *Report) Errors() int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == Error {
			n++
		}
	}
	return n
}

// exam is one examination.
type exam struct {
	store      *store.Store
	migrations string // folder of the project's migrations; "" for none
	report     *Report
	check      string // under way
}

// checks are what is looked at, in the order of the report.
var checks = []struct {
	name string
	run  func(*exam, context.Context) error
}{
	{"database", (*exam).database}, {"tables", (*exam).tables}, {"migrations", (*exam).waiting}, {"files", (*exam).files},
	{"keys", (*exam).keys}, {"permissions", (*exam).permissions}, {"clock", (*exam).clock}, {"disk", (*exam).disk},
	{"backups", (*exam).backups}, {"feed", (*exam).feed},
}

// Examine looks everything over. migrations is the folder of the project's migrations, "" for none. A check that
// cannot be made is an error of the report; only the context's end is one of Examine. watch is told which check is
// made, and how many of all are done; it may be nil.
func Examine(ctx context.Context, st *store.Store, migrations string, watch func(check string, done, total int64)) (*Report, error) {
	if watch == nil {
		watch = func(string, int64, int64) {}
	}
	x := &exam{store: st, migrations: migrations, report: &Report{}}
	for i, c := range checks {
		x.check = c.name
		watch(c.name, int64(i), int64(len(checks)))
		before := len(x.report.Findings)
		if err := c.run(x, ctx); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			x.find(Error, "The check could not be made: "+err.Error()+".", "See to what the message names, and run the doctor again.")
		}
		if len(x.report.Findings) == before {
			x.find(OK, "Nothing to look at.", "")
		}
	}
	watch(x.check, int64(len(checks)), int64(len(checks)))
	x.report.Healthy = !slices.ContainsFunc(x.report.Findings, func(f Finding) bool { return f.Level == Error })
	return x.report, nil
}

// Add adds what somebody else has found, who knows more than the folder says.
func (r *Report) Add(f Finding) { r.Findings = append(r.Findings, f) }

func (x *exam) find(l Level, message, advice string) {
	x.report.Findings = append(x.report.Findings, Finding{x.check, l, message, advice})
}

// several words a number of things: "1 file", "2 files".
func several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
