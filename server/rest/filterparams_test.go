package rest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParams(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want []param
	}{
		{"", nil},
		{"a=1&b=2&a=3", []param{{"a", "1"}, {"b", "2"}, {"a", "3"}}},
		{"a&b=&=c&&", []param{{"a", ""}, {"b", ""}, {"", "c"}}},
		{"a=x=y&a;b=1", []param{{"a", "x=y"}, {"a;b", "1"}}},
		{"a+b=c%20d+e", []param{{"a b", "c d e"}}},
		{"a=%C3%A9&b=é", []param{{"a", "é"}, {"b", "é"}}},
		{"a=%zz%4&b=%", []param{{"a", "%zz%4"}, {"b", "%"}}},
		{"a=%E2%82%20x&b=%ff", []param{{"a", "\ufffd x"}, {"b", "\ufffd"}}},
		{"a=\xe9", []param{{"a", "é"}}},
		{"a=%00", []param{{"a", "\x00"}}},
	} {
		p, err := ParseParams(c.raw)
		if err != nil {
			t.Errorf("%q: %v", c.raw, err)
		} else if diff := cmp.Diff(c.want, p.list, cmp.AllowUnexported(param{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.raw, diff)
		}
	}
	for _, raw := range []string{strings.Repeat("a=1&", MaxParams) + "b=1", strings.Repeat("a", MaxQuery+1)} {
		var e *APIError
		if _, err := ParseParams(raw); !errors.As(err, &e) || e.Status != 400 {
			t.Errorf("%d bytes: %v, want 400", len(raw), err)
		}
	}
	p, _ := ParseParams("a=1&b=2&a=3")
	if last, ok := p.Last("a"); last != "3" || !ok || p.Has("c") || len(p.All("a")) != 2 || p.Get("c") != "" {
		t.Error("Last, Has, All or Get is wrong")
	}
}

// The links of rest_framework.utils.urls: parameters sorted by name, repeated ones in their order.
func TestAppendQuery(t *testing.T) {
	for _, c := range []struct {
		raw, without string
		with         []param
		want         string
	}{
		{"", "page", nil, ""},
		{"page=2", "page", nil, ""},
		{"b=2&a=1&b=1", "", []param{{"page", "3"}}, "?a=1&b=2&b=1&page=3"},
		{"page=1&x=é+%26%3D~.-_*&page=9", "", []param{{"page", "2"}}, "?page=2&x=%C3%A9+%26%3D~.-_%2A"},
		{"a&B=", "", nil, "?B=&a="},
		{"=5", "", []param{{"page", "2"}}, "?=5&page=2"},
	} {
		p, err := ParseParams(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(p.appendQuery(nil, c.with, c.without)); got != c.want {
			t.Errorf("%q: %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestSearchTerms(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"go", []string{"go"}},
		{"  go,rest  x ", []string{"go", "rest", "x"}},
		{`"a b" c`, []string{"a b", "c"}},
		{`'a "b"' c`, []string{`a "b"`, "c"}},
		{`"a \"b\" \\" c`, []string{`a "b" \`, "c"}},
		{`,"a,b",c`, []string{`"a`, `b"`, "c"}},
		{`"a,b",`, []string{"a,b"}},
		{`a"b c"d`, []string{`a"b c"d`}},
		{`"unclosed b`, []string{`"unclosed`, "b"}},
		{`""`, []string{""}},
		{`"`, []string{""}},
		{",,, ,", nil},
		{"a\u00a0b\x1cc", []string{"a", "b", "c"}},
		{"O'Reilly's", []string{"O'Reilly's"}},
	} {
		if diff := cmp.Diff(c.want, searchTerms(c.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestInputDates(t *testing.T) {
	for text, want := range map[string]string{
		"2024-01-16": "2024-01-16", "2024-1-6": "2024-01-06", "01/16/2024": "2024-01-16", "1/6/24": "2024-01-06",
		"12/31/68": "2068-12-31", "12/31/69": "1969-12-31", "Jan 16 2024": "2024-01-16", "jan 16, 2024": "2024-01-16",
		"16 Jan 2024": "2024-01-16", "16 January, 2024": "2024-01-16", "May 1 2024": "2024-05-01", "16  Jan   2024": "2024-01-16",
		"2024-02-30": "", "20240116": "", "2024-W03": "", "0000-01-01": "", "2024-01-16T00:00": "", "16.01.2024": "", "": "",
		"2024-13-01": "", "Janu 16 2024": "",
	} {
		got := ""
		if d, ok := parseInputDate(text); ok {
			got = d.Format("2006-01-02")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"16:00": "16h0m0s", "9:05": "9h5m0s", "16:00:00.5": "16h0m0.5s", "16:00:60": "", "25:00": "", "16": "", "16:00Z": "",
	} {
		got := ""
		if d, ok := parseInputTime(text); ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestBase64(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "cD1hYmM=": "p=abc", "cD1h\nYmM=": "p=abc", "cD1hYmM": "-", "not-base64": "-", "a": "-", "=": "", "YQ==YQ==": "a",
		"YQ=": "-", "Y=Q=": "-",
	} {
		got, ok := pyBase64(text)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
