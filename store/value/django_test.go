package value_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/value"
)

// TestDjango compares Parse with what DRF 3.18 on Django 5.2 and Python 3.11 answered: testdata/django.jsonl has one
// [type, input, result] a line, the result being the value as text, or "!" and the code of the error.
func TestDjango(t *testing.T) {
	f, err := os.Open("testdata/django.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	for ; lines.Scan(); n++ {
		var c [3]string
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if got := outcome(c[0], c[1]); got != c[2] {
			t.Errorf("%s %q: %s, want %s", c[0], c[1], got, c[2])
		}
	}
	if lines.Err() != nil || n < 1000 {
		t.Fatalf("%d lines read: %v", n, lines.Err())
	}
}

// outcome parses as DRF's field does around the parser: it trims where the field does, and tells errors by code.
func outcome(name, in string) string {
	typ := kind(value.Kind(name))
	switch name {
	case "decimal":
		typ = dec(10, 2)
	case "wide":
		typ = dec(24, 4)
	}
	if name == "ip" && !strings.Contains(in, ":") {
		in = strings.TrimSpace(in)
	}
	if typ.Kind == value.Decimal {
		if d, err := value.ParseDecimal(in); err == nil {
			if err := d.Check(typ); err != nil {
				return code(err)
			}
		}
	}
	v, err := typ.Parse(in)
	switch {
	case err != nil && name == "ip" && in == "":
		return "!blank"
	case name == "float" && err != nil:
		return "!invalid" // DRF has one code for both
	case err != nil:
		return code(err)
	case name == "datetime" || name == "date" || name == "time":
		return v.Text()
	case name == "duration":
		return value.Type{Kind: value.Integer}.String(v)
	}
	return typ.String(v)
}

func code(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{
		{value.ErrDigits, "!max_digits"}, {value.ErrPlaces, "!max_decimal_places"}, {value.ErrWhole, "!max_whole_digits"},
		{value.ErrRange, "!range"}, {value.ErrSyntax, "!invalid"},
	} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "!" + err.Error()
}
