package expr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/couplet/couplet/store/value"
)

// Eval returns the expression's truth for a record in memory; rec may be nil where the expression reads no record.
// Errors are those of the Record.
func (e *Expr) Eval(rec Record, bind *Bindings) (Truth, error) {
	env := newEnv(bind)
	env.set(slotThis, rec)
	return e.root.eval(env)
}

// Explanation says how an expression came to its truth: its clauses (the comparisons and other tests that && || and !
// join) in the order of the source, and which of them decided.
type Explanation struct {
	Truth   Truth    `json:"truth"`
	Source  string   `json:"source"`
	Clauses []Clause `json:"clauses"`
	Err     error    `json:"-"` // of reading the record; Truth is unknown then
}

// Clause is one clause of an Explanation. Text says in words what the values made of it: "3 is not 7".
type Clause struct {
	Source   string   `json:"source"`
	Pos      int      `json:"pos"`
	End      int      `json:"end"`
	Truth    Truth    `json:"truth"`
	Values   []string `json:"values,omitempty"`
	Text     string   `json:"text" words:"part"`
	Deciding bool     `json:"deciding"`
}

// String returns the deciding clauses: "clause `author == user.id`: 3 is not 7".
func (x Explanation) String() string {
	if x.Err != nil {
		return "cannot be decided: " + x.Err.Error()
	}
	var parts []string
	for _, c := range x.Clauses {
		if c.Deciding {
			parts = append(parts, "clause `"+c.Source+"`: "+c.Text)
		}
	}
	if len(parts) == 0 {
		return "`" + x.Source + "` is always " + x.Truth.String()
	}
	return strings.Join(parts, "; ")
}

// Explain evaluates the expression as Eval does and says which clauses decided. Of several that decided together (all
// branches of a false ||) it marks all.
func (e *Expr) Explain(rec Record, bind *Bindings) Explanation {
	x := &explainer{env: newEnv(bind), src: e.src}
	x.env.set(slotThis, rec)
	t, decide := x.explain(e.root)
	if x.err != nil {
		return Explanation{Truth: Unknown, Source: e.src, Err: x.err}
	}
	for _, i := range decide {
		x.clauses[i].Deciding = true
	}
	return Explanation{Truth: t, Source: e.src, Clauses: x.clauses}
}

type explainer struct {
	env     *env
	src     string
	clauses []Clause
	err     error
}

// explain returns the truth of a condition and the clauses that decided it.
func (x *explainer) explain(c cond) (Truth, []int) {
	switch c := c.(type) {
	case cAnd:
		return x.list(c.list, False)
	case cOr:
		return x.list(c.list, True)
	case cNot:
		t, decide := x.explain(c.x)
		return t.not(), decide
	case cConst:
		return c.t, nil
	}
	return x.clause(c)
}

// list joins truths; the first that equals strong decides, else all that have the result.
func (x *explainer) list(list []cond, strong Truth) (Truth, []int) {
	truths, decides := make([]Truth, len(list)), make([][]int, len(list))
	result, first := strong.not(), -1
	for i, c := range list {
		truths[i], decides[i] = x.explain(c)
		switch {
		case truths[i] == strong && first < 0:
			first, result = i, strong
		case truths[i] == Unknown && first < 0:
			result = Unknown
		}
	}
	if first >= 0 {
		return result, decides[first]
	}
	var all []int
	for i := range list {
		if truths[i] == result {
			all = append(all, decides[i]...)
		}
	}
	return result, all
}

func (x *explainer) clause(c cond) (Truth, []int) {
	t, err := c.eval(x.env)
	if err != nil {
		x.err = err
		return Unknown, nil
	}
	n := nodeOf(c)
	clause := Clause{Source: x.src[n.Pos:n.End], Pos: n.Pos, End: n.End, Truth: t}
	for _, s := range scalarsOf(c) {
		v, err := s.eval(x.env)
		if err != nil {
			x.err = err
		}
		clause.Values = append(clause.Values, show(s.typ(), v))
	}
	clause.Text = x.words(c, t, clause.Values)
	x.clauses = append(x.clauses, clause)
	return t, []int{len(x.clauses) - 1}
}

func nodeOf(c cond) *Node {
	switch c := c.(type) {
	case cTruth:
		return c.at
	case cIff:
		return c.at
	case cIsNull:
		return c.at
	case cHas:
		return c.at
	case cCompare:
		return c.at
	case cFixed:
		return c.at
	case cText:
		return c.at
	case cMatch:
		return c.at
	case cIn:
		return c.at
	case cInJSON:
		return c.at
	case cExists:
		return c.at
	}
	return &Node{}
}

// scalarsOf returns the values that a clause looks at, in its order.
func scalarsOf(c cond) []scalar {
	switch c := c.(type) {
	case cTruth:
		return []scalar{c.x}
	case cIsNull:
		return []scalar{c.x}
	case cHas:
		return []scalar{c.x}
	case cCompare:
		return []scalar{c.l, c.r}
	case cFixed:
		return []scalar{c.x}
	case cText:
		return []scalar{c.x, c.part}
	case cMatch:
		return []scalar{c.x}
	case cIn:
		return []scalar{c.x}
	case cInJSON:
		return []scalar{c.x, c.list}
	}
	return nil
}

// maxShown is how many characters of a value an explanation shows.
const maxShown = 60

// show writes a value for people: texts in quotes, long ones cut.
func show(t value.Type, v value.Value) string {
	if v.IsNull() {
		return "null"
	}
	s := t.String(v)
	if utf8.RuneCountInString(s) > maxShown {
		s = string([]rune(s)[:maxShown]) + "…"
	}
	if t.IsText() {
		return strconv.Quote(s)
	}
	return s
}

var comparisons = map[Op][2]string{
	OpEq: {"is not", "is"}, OpNe: {"is", "is not"}, OpLt: {"is not less than", "is less than"},
	OpLe: {"is greater than", "is at most"}, OpGt: {"is not greater than", "is greater than"},
	OpGe: {"is less than", "is at least"},
}

// words says what a clause found.
func (x *explainer) words(c cond, t Truth, values []string) string {
	if t == Unknown {
		return x.unknown(c, values)
	}
	yes := t == True
	pick := func(no, is string) string {
		if yes {
			return is
		}
		return no
	}
	switch c := c.(type) {
	case cCompare:
		w := comparisons[c.op]
		return values[0] + " " + pick(w[0], w[1]) + " " + values[1]
	case cFixed:
		return values[0] + pick(" does not pass", " passes")
	case cTruth:
		return "it is " + values[0]
	case cIsNull:
		return "it is " + values[0]
	case cHas:
		return pick("there is no value", "there is a value")
	case cText:
		verb := map[string][2]string{"contains": {"does not contain", "contains"},
			"startsWith": {"does not start with", "starts with"}, "endsWith": {"does not end with", "ends with"}}[c.method]
		return values[0] + " " + pick(verb[0], verb[1]) + " " + values[1]
	case cMatch:
		return values[0] + pick(" does not match", " matches")
	case cIn:
		return values[0] + pick(" is not in the list", " is in the list")
	case cInJSON:
		return values[0] + pick(" is not in ", " is in ") + values[1]
	case cIff:
		return pick("the two sides differ from what is asked", "the two sides are as asked")
	case cExists:
		return x.membersInWords(c, yes)
	}
	return t.String()
}

func (x *explainer) unknown(c cond, values []string) string {
	switch c := c.(type) {
	case cCompare:
		if n := c.at; len(n.Args) == 2 {
			for i, v := range values {
				if v == "null" {
					return "a comparison of " + strings.Join(values, " with ") + " is unknown: " +
						[]string{"the first", "the second"}[i] + " is null"
				}
			}
		}
	case cIff:
		return "one of the two sides is unknown"
	}
	return "unknown: a value is null"
}

func (x *explainer) membersInWords(c cExists, yes bool) string {
	list, err := x.env.list(c.in)
	if err != nil {
		x.err = err
	}
	name := stepName(c.in.step)
	switch {
	case len(list) == 0:
		return "there are no " + name
	case yes:
		return fmt.Sprintf("one of %d %s passes", len(list), name)
	}
	return fmt.Sprintf("none of %d %s passes", len(list), name)
}
