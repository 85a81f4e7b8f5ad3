package rest

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// eachLine calls fn with every line of a file of JSON objects.
func eachLine[T any](t *testing.T, path string, fn func(T)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
	n := 0
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		fn(v)
		n++
	}
	if n == 0 {
		t.Fatalf("%s is empty", path)
	}
}

// TestJSONAgainstPython compares what the parser takes, and its errors, with DRF's JSONParser on CPython 3.11.
func TestJSONAgainstPython(t *testing.T) {
	type answer struct{ In, Out, Error string }
	eachLine(t, "testdata/drf_json.jsonl", func(want answer) {
		body, err := hex.DecodeString(want.In)
		if err != nil {
			t.Fatal(err)
		}
		node, err := ParseJSON(body)
		var api *APIError
		if err != nil && !errors.As(err, &api) {
			t.Fatal(err)
		}
		switch {
		case err != nil && api.Detail != want.Error:
			t.Errorf("%.60q\n got %s\nwant %s%s", body, api.Detail, want.Error, want.Out)
		case err == nil && want.Error != "":
			t.Errorf("%.60q is taken, want %s", body, want.Error)
		case err == nil && python(node) != want.Out:
			t.Errorf("%.60q\n got %s\nwant %s", body, python(node), want.Out)
		}
	})
}

// python writes a node as Python's json.dumps does, with ", " and ": " and escapes.
func python(n *Node) string {
	switch n.Kind {
	case ListNode:
		parts := make([]string, len(n.Items))
		for i, item := range n.Items {
			parts[i] = python(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case ObjectNode:
		parts := make([]string, len(n.Items))
		for i, item := range n.Items {
			parts[i] = python(StringValue(n.Names[i])) + ": " + python(item)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case StringNode:
		if r := surrogate(n.Text); r != 0 {
			return strings.ReplaceAll(`"`+n.Text+`"`, string(appendRune(nil, r)), `\u`+strings.ToLower(hex.EncodeToString([]byte{byte(r >> 8), byte(r)})))
		}
		var b strings.Builder
		for _, r := range string(value.AppendJSONString(nil, n.Text)) {
			if r < 0x80 && r != 0x7f {
				b.WriteRune(r)
				continue
			}
			text, _ := json.Marshal(string(r))
			quoted := strings.Trim(string(text), `"`)
			if quoted == string(r) {
				quoted = escaped(r)
			}
			b.WriteString(quoted)
		}
		return b.String()
	case FloatNode:
		if n.Text == "inf" {
			return "Infinity"
		}
	}
	text, _ := n.appendJSON(nil)
	return string(text)
}

func escaped(r rune) string {
	const digits = "0123456789abcdef"
	unit := func(r rune) string {
		return `\u` + string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
	}
	if r > 0xffff {
		r -= 0x10000
		return unit(0xd800+r>>10) + unit(0xdc00+r&0x3ff)
	}
	return unit(r)
}

// TestFormsAgainstDRF compares what form input means for every field class, sent, empty or left out.
func TestFormsAgainstDRF(t *testing.T) {
	type answer struct {
		Model, Field, In, Out string
		Partial, Skip         bool
		Errors                []string
	}
	serializers := map[string]*Serializer{
		"S": compiled(t, "testdata/everything.json", "things"), "SD": compiled(t, "testdata/everything.json", "defaults"),
	}
	eachLine(t, "testdata/drf_forms.jsonl", func(want answer) {
		s := serializers[want.Model]
		f := s.field(want.Field)
		form := NewForm()
		if want.In != "absent" {
			form.Add(want.Field, StringValue(want.In))
		}
		b := &binder{s: s, in: store.NewInput(s.Collection), opt: BindOptions{Lookups: world{}, Partial: want.Partial}}
		errs, err := b.field(f, f.input(&Node{Kind: FormNode, Form: form}, want.Partial))
		if err != nil {
			t.Fatal(err)
		}
		got := want
		got.Out, got.Skip, got.Errors = "", false, nil
		if !errs.Empty() {
			for _, m := range errs.Messages {
				got.Errors = append(got.Errors, m.Text)
			}
		} else if v, ok := b.in.Values[f.model]; ok {
			got.Out = string(f.typ.AppendJSON(nil, v))
		} else {
			got.Skip = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s.%s=%q partial=%v (-DRF +Couplet):\n%s", want.Model, want.Field, want.In, want.Partial, diff)
		}
	})
}

// TestNegotiationAgainstDRF compares the renderer chosen for Accept headers and formats.
func TestNegotiationAgainstDRF(t *testing.T) {
	type answer struct {
		Format          string
		Accept          *string
		Renderer, Media string
		Status          int
	}
	eachLine(t, "testdata/drf_accept.jsonl", func(want answer) {
		accept := ""
		if want.Accept != nil {
			if accept = *want.Accept; accept == "" {
				return // no server tells an empty header from an absent one
			}
		}
		got := answer{Format: want.Format, Accept: want.Accept}
		a, err := Negotiate(Renderers, want.Format, accept)
		if err != nil {
			got.Status = err.Status
		} else {
			got.Renderer, got.Media = a.Renderer.Format, a.MediaType
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.100q format %q (-DRF +Couplet):\n%s", accept, want.Format, diff)
		}
	})
}
