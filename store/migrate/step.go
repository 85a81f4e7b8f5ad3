package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/db"
)

// Step is one part of a Plan, in the order in which it is carried out. A step without SQL tells what a later one
// (the rebuild of its table) does to a field.
type Step struct {
	ID          string   `json:"id"` // stable: kind and ids, "drop_field:c_7k2f:f_a7"
	SQL         string   `json:"sql"`
	Collection  string   `json:"collection"`
	Sentence    string   `json:"sentence" words:"say"`
	Destructive bool     `json:"destructive"`                   // it loses something and needs consent
	Rows        int64    `json:"rows"`                          // how many records it touches, or has a problem with
	Problem     string   `json:"problem,omitempty" words:"say"` // why it cannot be done; it must be empty for a plan to be applied
	Samples     []string `json:"samples,omitempty"`
}

// phase is when a step's SQL runs.
type phase uint8

const (
	phaseSuspend phase = iota // triggers and views that would be in the way
	phaseAttic                // what is about to be lost
	phaseUnkey                // foreign keys that go, or whose columns change
	phaseDrop                 // tables and links
	phaseDropIndex
	phaseRename
	phaseCreate
	phaseAddColumn
	phaseFillLink
	phaseRebuild
	phaseRestore // rows from the attic
	phaseDangling
	phaseIndex
	phaseResume
	phaseClean // what was taken from the attic
)

// draft is a step whose counts are not known yet.
type draft struct {
	Step
	phase  phase
	checks []check
}

// check counts something in the database as it is before the plan; found is called when there is any.
type check struct {
	sql   string // one row with a count; or rows of a text and a count, where samples are wanted
	list  bool
	found func(s *Step, n int64)
}

func (d *draft) count(sql string, found func(s *Step, n int64)) {
	d.checks = append(d.checks, check{sql: sql, found: found})
}

// run does the checks of a draft.
func (d *draft) run(conn db.Conn) error {
	for _, c := range d.checks {
		n := int64(0)
		err := conn.Query(c.sql, nil, func(r db.Row) error {
			if !c.list {
				n = r.Int(0)
				return nil
			}
			if n++; n <= maxSamples {
				d.Samples = append(d.Samples, r.Text(0))
			}
			return nil
		})
		if err != nil {
			return err
		}
		if n > 0 {
			c.found(&d.Step, n)
		}
	}
	return nil
}

// maxSamples is how many values a problem names.
const maxSamples = 5

// destroys marks a step that loses something of n records.
func destroys(sentence string) func(*Step, int64) {
	return func(s *Step, n int64) {
		s.Destructive = true
		s.Rows += n
		s.Sentence += " " + counted(n, sentence)
	}
}

// fails marks a step that cannot be done because of n records.
func fails(problem string) func(*Step, int64) {
	return func(s *Step, n int64) {
		s.Rows += n
		s.Problem = strings.TrimSpace(s.Problem + " " + counted(n, problem))
	}
}

// counted replaces "{n}" by a number of records.
func counted(n int64, sentence string) string {
	records := itoa(int(n)) + " records"
	if n == 1 {
		records = "1 record"
	}
	return strings.ReplaceAll(sentence, "{n}", records)
}
