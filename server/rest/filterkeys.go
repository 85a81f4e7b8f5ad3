package rest

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

func itoa(n int) string { return strconv.Itoa(n) }

func parseInt64(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

// keyType is the type of what names a record of the filter's target.
func (r *filterRun) keyType() value.Type {
	if r.by != nil {
		return r.by.Type
	}
	return r.target.Key.Type
}

// parseKey reads what names a record as the model field does; canonical is how Python would print it. ok is false
// where it is no such name at all, wrong is set where the model field has a message of its own.
func (r *filterRun) parseKey(raw string) (v value.Value, canonical string, wrong *Message, ok bool) {
	t := r.keyType()
	switch {
	case t.Kind == value.UUID:
		digits, ok := uuidDigits(raw)
		if !ok {
			return v, "", &Message{"“" + raw + "” is not a valid UUID.", "invalid"}, true
		}
		v = value.Text(digits)
		return v, t.String(v), nil, true
	case t.IsInteger():
		n, ok := pyInt(raw)
		if !ok {
			return v, "", nil, false
		}
		if !n.IsInt64() {
			return value.Null, n.String(), nil, true // there is no record with it
		}
		return value.Int(n.Int64()), n.String(), nil, true
	}
	v, err := t.Parse(raw)
	if err != nil {
		return v, "", nil, false
	}
	return v, t.String(v), nil, true
}

// found reports whether the target has a record of that name.
func (r *filterRun) found(v value.Value) (bool, error) {
	switch {
	case v.IsNull():
		return false, nil
	case r.declared && r.by != nil:
		return r.in.Find.Taken(r.target, []*schema.Field{r.by}, []value.Value{v}, value.Null)
	case r.declared:
		return r.in.Find.Taken(r.target, []*schema.Field{r.target.Key}, []value.Value{v}, value.Null)
	case r.by != nil:
		_, ok, err := r.in.Find.ByField(r.by, v)
		return ok, err
	}
	return r.in.Find.Exists(r.target, v)
}

// cleanKey is forms.ModelChoiceField.
func (r *filterRun) cleanKey(raw string) (cleaned, *Message, error) {
	if raw == "" {
		return cleaned{none: true}, nil, nil
	}
	if strings.IndexByte(raw, 0) >= 0 {
		return cleaned{}, nullCharacters, nil
	}
	v, _, wrong, ok := r.parseKey(raw)
	if wrong != nil {
		return cleaned{}, wrong, nil
	}
	if ok {
		var err error
		if ok, err = r.found(v); err != nil {
			return cleaned{}, nil, err
		}
	}
	if !ok {
		return cleaned{}, noSuchChoice, nil
	}
	return cleaned{v: v}, nil, nil
}

// checkNames is what forms.ModelMultipleChoiceField checks of all values before it looks for any.
func (r *filterRun) checkNames(raw []string) *Message {
	if r.form != keyForm {
		return nil
	}
	for _, text := range raw {
		if strings.IndexByte(text, 0) >= 0 {
			return nullCharacters
		}
		_, _, wrong, ok := r.parseKey(text)
		switch {
		case wrong != nil:
			return wrong
		case !ok:
			return &Message{"“" + text + "” is not a valid value.", "invalid_pk_value"}
		}
	}
	return nil
}

// cleanOneOf passes one of several values: of a choice field, or the name of a related record, which must be written
// as Python would print it.
func (r *filterRun) cleanOneOf(raw string) (cleaned, *Message, error) {
	if r.form != keyForm {
		if raw == "" {
			return cleaned{}, notOneOf(raw), nil
		}
		c, wrong := r.cleanChoice(raw)
		return c, wrong, nil
	}
	v, canonical, _, _ := r.parseKey(raw)
	ok := canonical == raw
	if ok {
		var err error
		if ok, err = r.found(v); err != nil {
			return cleaned{}, nil, err
		}
	}
	if !ok {
		return cleaned{}, notOneOf(raw), nil
	}
	return cleaned{v: v}, nil, nil
}
