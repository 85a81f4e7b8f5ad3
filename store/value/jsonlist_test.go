package value_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/value"
)

// TestJSONList cuts lists into items; an error ends the expected list as "!" and its text.
func TestJSONList(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"[]", nil},
		{"\ufeff [\n]\n", nil},
		{`[{"a":"}]\"{"}, [1,[2]] ,"x\\",1.5,null` + "\n]", []string{`{"a":"}]\"{"}`, `[1,[2]]`, `"x\\"`, "1.5", "null"}},
		{`{}`, []string{"!line 1: expected a JSON list, found '{'"}},
		{"[1\n 2]", []string{"1", "!line 2: expected a comma or the end of the list, found '2'"}},
		{`[1,]`, []string{"1", "!line 1: expected a value, found ']'"}},
		{`[1] 2`, []string{"1", "!line 1: '2' follows the end of the list"}},
		{`[{"a":1`, []string{"!line 1: the file ends inside item 1"}},
		{`[1,`, []string{"1", "!line 1: the file ends before the list does"}},
		{``, []string{"!line 1: the file ends before the list does"}},
		{`["` + strings.Repeat("x", 100) + `"]`, []string{"!line 1: item 1 is larger than 50 bytes"}},
	} {
		l := value.NewJSONList(strings.NewReader(c.in), 50)
		var got []string
		for {
			raw, _, err := l.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				got = append(got, "!"+err.Error())
				break
			}
			got = append(got, string(raw))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
	}
}
