package rest

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// filterRun reads one filter's values from a request.
type filterRun struct {
	*filter
	in ListInput
}

// cleaned is a value that passed its form field. out says that it lies below (-1) or above (1) what the field can hold.
type cleaned struct {
	v    value.Value
	none bool // empty: Python's None
	out  int
}

func (r *filterRun) match(lookup string, values ...value.Value) query.Cond {
	return query.Match{Path: r.def.Path, Lookup: lookup, Values: values}
}

// single reads a filter with one value.
func (r *filterRun) single(raw string) (query.Cond, *Message, error) {
	c, wrong, err := r.clean(raw)
	if wrong != nil || err != nil || c.none || r.emptyText(c) {
		return nil, wrong, err
	}
	lookup := lookupName(r.def)
	switch r.lookup.Op() {
	case "regex", "iregex":
		if _, err := query.Regex(c.v.Text(), r.lookup.Op() == "iregex"); err != nil {
			return nil, invalidPattern(err), nil
		}
	case "exact", "gt", "gte", "lt", "lte":
		if cond, ok := beyondRange(r.lookup.Op(), c.out); ok {
			return cond, nil, nil
		}
	}
	return r.match(lookup, c.v), nil, nil
}

func (r *filterRun) emptyText(c cleaned) bool {
	return (r.form == charForm || r.form == choiceForm) && c.v.Class() == value.ClassText && c.v.Text() == ""
}

// beyondRange answers a comparison with a number that the field cannot hold (Django: IntegerFieldOverflow).
func beyondRange(op string, out int) (query.Cond, bool) {
	switch {
	case out == 0:
		return nil, false
	case out > 0 && (op == "lt" || op == "lte"), out < 0 && (op == "gt" || op == "gte"):
		return query.And{}, true
	}
	return query.Or{}, true
}

// csv reads the values of an in or range lookup, separated by commas.
func (r *filterRun) csv(raw string) (query.Cond, *Message, error) {
	if raw == "" {
		return nil, nil, nil
	}
	parts := strings.Split(raw, ",")
	if limit := r.limit(); len(parts) > limit {
		return nil, tooMany(limit), nil
	}
	ranged := r.lookup.Op() == "range"
	values := make([]value.Value, 0, len(parts))
	out := make([]int, 0, len(parts))
	none := false
	for _, part := range parts {
		c, wrong, err := r.clean(part)
		if wrong != nil || err != nil {
			return nil, wrong, err
		}
		none = none || c.none
		if ranged || !c.none && c.out == 0 {
			values, out = append(values, c.v), append(out, c.out)
		}
	}
	if !ranged {
		return r.match(lookupName(r.def), values...), nil, nil
	}
	if len(parts) != 2 {
		return nil, &Message{"Range query expects two values.", "invalid_values"}, nil
	}
	if none || out[0] > 0 || out[1] < 0 {
		return query.Or{}, nil, nil
	}
	return r.between(values, out), nil, nil
}

// between is a range whose ends may lie beyond what the field can hold.
func (r *filterRun) between(values []value.Value, out []int) query.Cond {
	stem := strings.TrimSuffix(lookupName(r.def), "range")
	switch {
	case out[0] != 0 && out[1] != 0:
		return r.match(stem+"isnull", value.Bool(false))
	case out[0] != 0:
		return r.match(stem+"lte", values[1])
	case out[1] != 0:
		return r.match(stem+"gte", values[0])
	}
	return r.match(stem+"range", values...)
}

func (r *filterRun) limit() int {
	if r.form == keyForm {
		return maxKeyValues
	}
	return maxListValues
}

func tooMany(limit int) *Message {
	return &Message{"Ensure this list has at most " + strconv.Itoa(limit) + " values.", "max_length"}
}

// several reads a filter that takes its parameter several times: one of the values, or for related_all every one.
func (r *filterRun) several(raw []string) (query.Cond, *Message, error) {
	if limit := r.limit(); len(raw) > limit {
		return nil, tooMany(limit), nil
	}
	values := make([]value.Value, 0, len(raw))
	if wrong := r.checkNames(raw); wrong != nil {
		return nil, wrong, nil
	}
	for _, text := range raw {
		c, wrong, err := r.cleanOneOf(text)
		if wrong != nil || err != nil {
			return nil, wrong, err
		}
		values = append(values, c.v)
	}
	if r.def.Kind != schema.FilterAll {
		return r.match("in", values...), nil, nil
	}
	all := make(query.And, len(values))
	for i, v := range values {
		all[i] = r.match("exact", v)
	}
	return all, nil, nil
}

// span reads a range of numbers or days, either end of which may be missing (RangeFilter, DateFromToRangeFilter).
func (r *filterRun) span() (query.Cond, []Message) {
	var ends [2]cleaned
	var failed []Message
	for i, name := range [2]string{r.after, r.before} {
		raw := r.in.Params.Get(name)
		ends[i].none = raw == ""
		if raw == "" {
			continue
		}
		var wrong *Message
		if ends[i], wrong = r.cleanEnd(raw); wrong != nil && (len(failed) == 0 || failed[0] != *wrong) {
			failed = append(failed, *wrong)
		}
	}
	if failed != nil {
		return nil, failed
	}
	if r.def.Kind == schema.FilterDateRange && r.lookup.Type().Kind == value.DateTime {
		ends[0].v = value.Text(ends[0].v.Text() + " 00:00:00")
		ends[1].v = value.Text(ends[1].v.Text() + " 23:59:59.999999")
	}
	var both query.And
	for i, op := range [2]string{"gte", "lte"} {
		if ends[i].none {
			continue
		}
		cond, ok := beyondRange(op, ends[i].out)
		if !ok {
			cond = r.match(op, ends[i].v)
		}
		both = append(both, cond)
	}
	if len(both) == 0 {
		return nil, nil
	}
	return both, nil
}

// expression reads a boolean filter that is an expression with the variable value.
func (r *filterRun) expression(raw string) query.Cond {
	v := cleanBool(raw)
	e := r.in.Scope.Policy().Filter(r.def)
	if v.none || e == nil {
		return nil
	}
	bind := *r.in.Scope.Bindings()
	bind.Vars = map[string]value.Value{"value": v.v}
	return query.Rule{Expr: e, Bind: &bind}
}

func invalidPattern(err error) *Message {
	text := "Enter a valid regular expression."
	if p, ok := err.(*query.PatternError); ok {
		text = "Enter a valid regular expression: " + p.Reason + "."
	}
	return &Message{text, "invalid"}
}
