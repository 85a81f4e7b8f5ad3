package rest

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// compiled parses a schema document and compiles the serializer of a resource.
func compiled(t testing.TB, path, resource string) *Serializer {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Parse(src)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r := s.Resource(resource)
	if r == nil {
		t.Fatalf("no resource %q", resource)
	}
	out, err := CompileSerializer(r.Serializer, &Links{Schema: s, Prefix: "/api/"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const sampleSchema = "../../store/sample/schema.json"

// world is a database by its keys: text of key or slug by collection or field.
type world struct {
	keys  map[string][]string // collection → texts of keys
	slugs map[string][]string // collection.field → texts; the key is the index + 1
	taken map[string]bool     // field=value&…
}

func (w world) Exists(c *schema.Collection, key value.Value) (bool, error) {
	for _, k := range w.keys[c.Name] {
		if k == c.Key.Type.String(key) {
			return true, nil
		}
	}
	return false, nil
}

func (w world) ByField(f *schema.Field, v value.Value) (value.Value, bool, error) {
	for i, s := range w.slugs[f.Collection.Name+"."+f.Name] {
		if s == f.Type.String(v) {
			return value.Int(int64(i + 1)), true, nil
		}
	}
	return value.Null, false, nil
}

func (w world) Taken(_ *schema.Collection, fields []*schema.Field, values []value.Value, _ value.Value) (bool, error) {
	id := ""
	for i, f := range fields {
		id += f.Name + "=" + f.Type.String(values[i]) + "&"
	}
	return w.taken[id], nil
}

func (w world) Load(*schema.Collection, value.Value) (expr.Record, error) { return nil, nil }

type drfAnswer struct {
	Field, In, Out string
	Skip           bool
	Errors         []string
	Codes          []string
	Crash          string
}

// differs are the inputs that Couplet treats otherwise, and why.
var differs = map[string]string{
	`decimal -0.0`:                     "there is no negative zero in an exact decimal",
	`decimal "-0"`:                     "there is no negative zero in an exact decimal",
	`decimal "-0.00"`:                  "there is no negative zero in an exact decimal",
	`decimal_b -0.0`:                   "there is no negative zero in an exact decimal",
	`wide -0.0`:                        "there is no negative zero in an exact decimal",
	`decimal "1e99999999999999999999"`: "refused with another message",
	`time "12.0"`:                      "a slip of CPython's C parser, which takes 12.0 for 12:00",
	`time "12.50"`:                     "a slip of CPython's C parser",
	`duration "999999999 00:00:00"`:    "Django cannot store it: 500",
	`choice "\ud800"`:                  "Django cannot render it",
	`choice_blank "\ud800"`:            "Django cannot render it",
	`choice_int "\ud800"`:              "Django cannot render it",
}

// TestFieldsAgainstDRF compares every field class with what DRF 3.18 on Django 5.2 made of the same input.
func TestFieldsAgainstDRF(t *testing.T) {
	s := compiled(t, "testdata/everything.json", "things")
	file, err := os.Open("testdata/drf_fields.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		var want drfAnswer
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		if want.Crash != "" || differs[want.Field+" "+want.In] != "" {
			continue
		}
		n++
		node, err := parseJSONText(want.In)
		if err != nil {
			t.Errorf("%s: %v", want.In, err)
			continue
		}
		if diff := cmp.Diff(want, answerOf(t, s, want, node)); diff != "" {
			t.Errorf("%s of %.80s (-DRF +Couplet):\n%s", want.Field, want.In, diff)
		}
	}
	if n < 2000 {
		t.Errorf("only %d cases", n)
	}
}

func answerOf(t *testing.T, s *Serializer, want drfAnswer, node *Node) drfAnswer {
	t.Helper()
	f := s.field(want.Field)
	b := &binder{s: s, in: store.NewInput(s.Collection), opt: BindOptions{Lookups: world{}}}
	errs, err := b.field(f, node)
	if err != nil {
		t.Fatal(err)
	}
	got := drfAnswer{Field: want.Field, In: want.In}
	if !errs.Empty() {
		for _, m := range errs.Messages {
			got.Errors = append(got.Errors, m.Text)
			got.Codes = append(got.Codes, m.Code)
		}
		return got
	}
	v, ok := b.in.Values[f.model]
	got.Skip = !ok
	if ok {
		got.Out = string(f.typ.AppendJSON(nil, v))
	}
	return got
}
