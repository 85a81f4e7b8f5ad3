package rest

import (
	"errors"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// filterRun reads one filter's values from a request.
type filterRun struct {
	*filter
	in       ListInput
	declared bool // by the resource's author
}

// cleaned is a value that passed its form field. out says that it lies below (-1) or above (1) what the field can hold.
type cleaned struct {
	v     value.Value
	none  bool // empty: Python's None
	above bool // the value given lies above v and below the next one that the field can hold
	out   int
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
		return r.compared(r.stem(), r.lookup.Op(), c), nil, nil
	}
	return r.match(lookup, c.v), nil, nil
}

func (r *filterRun) emptyText(c cleaned) bool {
	return (r.form == charForm || r.form == choiceForm) && c.v.Class() == value.ClassText && c.v.Text() == ""
}

// compared is a comparison with a value that the field may not be able to hold. With a number out of its range it holds
// for none or, of integers, for all records (Django: IntegerFieldOverflow), of others for those that are not null.
func (r *filterRun) compared(stem, op string, c cleaned) query.Cond {
	up := op == "gt" || op == "gte"
	switch {
	case c.out > 0 && up, c.out < 0 && !up, c.out != 0 && op == "exact", c.above && op == "exact":
		return query.Or{}
	case c.out != 0 && r.lookup.Type().IsInteger():
		return query.And{}
	case c.out != 0:
		return r.match(stem+"isnull", value.Bool(false))
	case c.above && up:
		op = "gt"
	case c.above:
		op = "lte"
	}
	return r.match(stem+op, c.v)
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
	var all []cleaned
	for _, part := range parts {
		c, wrong, err := r.clean(part)
		if wrong != nil || err != nil {
			return nil, wrong, err
		}
		all = append(all, c)
	}
	if r.lookup.Op() == "in" {
		return r.oneOf(all), nil, nil
	}
	if len(all) != 2 {
		return nil, &Message{"Range query expects two values.", "invalid_values"}, nil
	}
	if all[0].none || all[1].none {
		return query.Or{}, nil, nil
	}
	stem := r.stem()
	if all[0].out == 0 && all[1].out == 0 && !all[0].above && !all[1].above {
		return r.match(stem+"range", all[0].v, all[1].v), nil, nil
	}
	return query.And{r.compared(stem, "gte", all[0]), r.compared(stem, "lte", all[1])}, nil, nil
}

// stem is the lookup's name without its comparison: "" or "date__".
func (r *filterRun) stem() string {
	name := lookupName(r.def)
	if stem, ok := strings.CutSuffix(name, r.lookup.Op()); ok {
		return stem
	}
	return name + "__"
}

// oneOf is the condition that the field has one of these values; those that it cannot hold do not count.
func (r *filterRun) oneOf(all []cleaned) query.Cond {
	values := make([]value.Value, 0, len(all))
	for _, c := range all {
		if !c.none && c.out == 0 && !c.above {
			values = append(values, c.v)
		}
	}
	return r.match(lookupName(r.def), values...)
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
		both = append(both, r.compared("", op, ends[i]))
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
	if v.none || e == nil || !readable(r.in.Scope, masked(e.Fields())) {
		return nil
	}
	bind := *r.in.Scope.Bindings()
	bind.Vars = map[string]value.Value{"value": v.v}
	return query.Rule{Expr: e, Bind: &bind}
}

func invalidPattern(err error) *Message {
	text := "Enter a valid regular expression."
	var p *query.PatternError
	if errors.As(err, &p) {
		text = "Enter a valid regular expression: " + p.Reason + "."
	}
	return &Message{text, "invalid"}
}
