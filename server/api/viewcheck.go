package api

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

// viewProblem says what of a view does not fit the schema.
type viewProblem struct {
	Message string `json:"message" words:"say"`
}

// checkedView is what is wrong with a view, by member; unreadable: it narrows, orders or groups by what the caller may
// not read.
type checkedView struct {
	problems   map[string]any // expr.Errors of the filter, []viewProblem of the others
	unreadable bool
}

// checkView holds a view against the schema in force and what the caller may read.
func (c *Call) checkView(coll *schema.Collection, s *viewSettings) *checkedView {
	x := &checkedView{problems: map[string]any{}}
	c.checkViewFilter(x, coll, s.Filter)
	full := c.compiled.full[coll.Name]
	for name := range strings.SplitSeq(s.Order, ",") {
		name = strings.TrimPrefix(strings.TrimSpace(name), "-")
		if name == "" || full.orders(c, name) {
			continue
		}
		x.names("order", coll, name)
		x.unreadable = x.unreadable || coll.Field(name) != nil
	}
	if s.Group != "" && !c.readable(coll, s.Group) {
		x.names("group", coll, s.Group)
		x.unreadable = x.unreadable || coll.Field(s.Group) != nil
	}
	for _, col := range s.Columns {
		if !c.readable(coll, col.Field) {
			x.names("columns", coll, col.Field)
		}
	}
	return x
}

func (c *Call) checkViewFilter(x *checkedView, coll *schema.Collection, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	e, err := expr.Compile(text, expr.Env{Collection: coll, Users: c.compiled.state.Schema.Users()})
	if err == nil {
		err = c.Scope.CheckFilter(e)
		x.unreadable = x.unreadable || err != nil
	}
	var wrong expr.Errors
	switch {
	case errors.As(err, &wrong):
		x.problems["filter"] = wrong
	case err != nil:
		x.problems["filter"] = expr.Errors{{End: len(text), Line: 1, Column: 1, Message: err.Error()}}
	}
}

// readable reports whether a collection has a field that the caller may read in some record.
func (c *Call) readable(coll *schema.Collection, name string) bool {
	f := coll.Field(name)
	return f != nil && !f.Secret && c.Scope.Readable(f)
}

// names notes a name that means no field to the caller.
func (x *checkedView) names(member string, coll *schema.Collection, name string) {
	list, _ := x.problems[member].([]viewProblem)
	x.problems[member] = append(list, viewProblem{coll.Name + " has no field " + strconv.Quote(name) + "."})
}

// refusal is what is wrong with the members that a request names. What was right once may stay as it is.
func (x *checkedView) refusal(in *viewRequest) *rest.Errors {
	errs := &rest.Errors{}
	for _, m := range []struct {
		name  string
		asked bool
	}{{"filter", in.Filter != nil}, {"order", in.Order != nil}, {"group", in.Group != nil}, {"columns", in.Columns != nil}} {
		if !m.asked || x.problems[m.name] == nil {
			continue
		}
		below := &rest.Errors{}
		switch list := x.problems[m.name].(type) {
		case expr.Errors:
			for _, e := range list {
				below.Messages = append(below.Messages, rest.Message{Text: placed(e), Code: "invalid"})
			}
		case []viewProblem:
			for _, p := range list {
				below.Messages = append(below.Messages, rest.Message{Text: p.Message, Code: "invalid"})
			}
		}
		errs.Put(m.name, below)
	}
	return errs
}

// placed is a mistake of an expression with its place: "Column 1: notes has no field starz. Did you mean "stars"?"
func placed(e expr.Error) string {
	at := fmt.Sprintf("Column %d: ", e.Column)
	if e.Line > 1 {
		at = fmt.Sprintf("Line %d, column %d: ", e.Line, e.Column)
	}
	return strings.TrimSpace(at + e.Message + " " + e.Suggestion)
}

// The limits of a view.
const (
	maxViewName    = 120
	maxViewFilter  = 4000
	maxViewColumns = 500
	minColumn      = 40
	maxColumn      = 2000
)

var rowHeights = []int{28, 32, 44, 64}

func checkViewSizes(name string, s *viewSettings, errs *rest.Errors) {
	long := func(member, text string, most int) {
		if utf8.RuneCountInString(text) > most {
			errs.Put(member, rest.Fail(fmt.Sprintf("Ensure this has at most %d characters.", most), "max_length"))
		}
	}
	if name == "" {
		errs.Put("name", rest.Fail("This field may not be blank.", "blank"))
	}
	long("name", name, maxViewName)
	long("filter", s.Filter, maxViewFilter)
	long("order", s.Order, maxViewFilter)
	long("q", s.Q, maxViewFilter)
	if !slices.Contains(rowHeights, s.RowHeight) {
		errs.Put("row_height", rest.Fail("This is one of 28, 32, 44 and 64.", "invalid_choice"))
	}
	if len(s.Columns) > maxViewColumns {
		errs.Put("columns", rest.Fail(fmt.Sprintf("At most %d columns.", maxViewColumns), "invalid"))
	}
	for _, col := range s.Columns {
		if col.Width != 0 && (col.Width < minColumn || col.Width > maxColumn) {
			errs.Put("columns", rest.Fail(fmt.Sprintf("The width of %s must be from %d to %d.", col.Field, minColumn, maxColumn), "invalid"))
		}
	}
}
