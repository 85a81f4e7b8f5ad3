// The recorded answers of a real Django REST Framework server, replayed against the sample project. The corpus in
// testdata/conformance is the specification of the wire: what is compared, and which values count as volatile, is
// written in ARCHITECTURE.md. These files are a port of the corpus's own runner, so both agree on every verdict.
package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// testCase is one recorded request with the answers that are right.
type testCase struct {
	ID, Group, Method, Path, As, Seq, BodyMode string
	Step                                       int64
	Headers, Save                              map[string]string
	Body                                       any
	Want                                       []answer // the first is the primary one
	Quirk, AnyBody                             bool
	AcceptStatus                               []int
}

// projectCode are the endpoints that are Python functions of the reference project. Couplet's functions come later;
// until then no declaration can answer them, so the corpus's cases for them are left out.
var projectCode = regexp.MustCompile(
	`^/api/(whoami/([a-z]+/)?|contact/|articles/[^/]+/publish/|articles/recent/|articles/[^/]+/comments/|tags/bulk/)$`)

// TestConformance replays the recorded answers against a running sample project: the corpus, and what was recorded
// beyond it where an answer had differed. A case passes with the recorded answer (or an accepted other one), with the keys
// of JSON objects in the recorded order.
func TestConformance(t *testing.T) {
	r, err := newReplayer(startSample(t))
	if err != nil {
		t.Fatal(err)
	}
	// Fewer cases would mean that something was lost on the way.
	r.replay(t, "corpus.jsonl", 577, 65)
	r.replay(t, "beyond.jsonl", 39, 0)
}

// replay runs the cases of a file, of which some are project code of the reference and left out.
func (r *replayer) replay(t *testing.T, file string, total, excluded int) {
	cases := readCorpus(t, file)
	if len(cases) != total {
		t.Fatalf("%s has %d cases, want %d", file, len(cases), total)
	}
	ran, left, dirty := 0, []string{}, true
	for _, steps := range sequences(cases) {
		if slices.ContainsFunc(steps, (*testCase).isProjectCode) {
			for _, c := range steps {
				left = append(left, c.ID)
			}
			continue
		}
		if dirty {
			if err := r.reset(); err != nil {
				t.Fatal(err)
			}
		}
		dirty = false
		saved := map[string]string{}
		for _, c := range steps {
			dirty = dirty || c.writes()
			ran++
			t.Run(c.ID, func(t *testing.T) { r.check(t, c, saved) })
		}
	}
	t.Logf("%d cases of %s ran; left out as project code of the reference: %s", ran, file, strings.Join(left, " "))
	if ran != total-excluded || len(left) != excluded {
		t.Errorf("%d cases ran and %d were left out, want %d and %d", ran, len(left), total-excluded, excluded)
	}
}

func (r *replayer) check(t *testing.T, c *testCase, saved map[string]string) {
	got, err := r.send(c, saved)
	if err != nil {
		t.Fatalf("%s %.100s as %s: no answer: %v", c.Method, c.Path, c.As, err)
	}
	var first []string
	for i, want := range c.Want {
		d := difference(want, got)
		if d == nil {
			c.checkKeyOrder(t, got)
			return
		}
		if i == 0 {
			first = d
		}
	}
	if c.Quirk && slices.Contains(c.AcceptStatus, got.status) && (got.status != c.Want[0].status || c.AnyBody) {
		return
	}
	t.Errorf("%s %.100s as %s\n\t%s", c.Method, c.Path, c.As, strings.Join(first, "\n\t"))
}

func (c *testCase) checkKeyOrder(t *testing.T, got answer) {
	order := keyOrder(got.body)
	if !slices.ContainsFunc(c.Want, func(w answer) bool { return keyOrder(w.body) == order }) {
		t.Errorf("%s %.100s as %s: keys come in another order\n\twant %s\n\tgot  %s", c.Method, c.Path, c.As,
			keyOrder(c.Want[0].body), order)
	}
}

func (c *testCase) isProjectCode() bool {
	path, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "{{base}}"), "?")
	return projectCode.MatchString(path)
}

// writes reports whether the case may have changed something. A safe method changes nothing but the throttle's counts.
func (c *testCase) writes() bool {
	safe := []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}
	return !slices.Contains(safe, c.Method) || c.Group == "throttle"
}

// sequences groups cases that share one state: a lone case, or the steps of one sequence in order.
func sequences(cases []*testCase) [][]*testCase {
	var out [][]*testCase
	at := map[string]int{}
	for _, c := range cases {
		key := c.Seq
		if key == "" {
			key = c.ID
		}
		i, there := at[key]
		if !there {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	for _, steps := range out {
		slices.SortStableFunc(steps, func(a, b *testCase) int { return int(a.Step - b.Step) })
	}
	return out
}

func readCorpus(t *testing.T, file string) []*testCase {
	t.Helper()
	data, err := os.ReadFile("testdata/conformance/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*testCase
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		v, err := decode(lines.Bytes())
		o, ok := v.(*object)
		if err != nil || !ok {
			t.Fatalf("%s, line %d: %v", file, len(cases)+1, err)
		}
		cases = append(cases, readCase(o))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

func readCase(o *object) *testCase {
	text := func(k string) string { s, _ := o.values[k].(string); return s }
	c := &testCase{
		ID: text("id"), Group: text("group"), Method: text("method"), Path: text("path"), As: text("as"),
		Seq: text("seq"), BodyMode: text("body_mode"), Step: whole(o.values["step"]),
		Headers: texts(o.values["headers"]), Save: texts(o.values["save"]), Body: o.values["body"],
		Quirk: text("quirk") != "", AnyBody: o.values["accept_body_any"] == true,
	}
	c.Want = []answer{{int(whole(o.values["expect_status"])), texts(o.values["expect_headers"]), o.values["expect_body"]}}
	also, _ := o.values["accept_also"].([]any)
	for _, a := range also {
		e := a.(*object)
		c.Want = append(c.Want, answer{int(whole(e.values["status"])), texts(e.values["headers"]), e.values["body"]})
	}
	statuses, _ := o.values["accept_status"].([]any)
	for _, s := range statuses {
		c.AcceptStatus = append(c.AcceptStatus, int(whole(s)))
	}
	return c
}

func whole(v any) int64 {
	if n, ok := v.(*big.Int); ok {
		return n.Int64()
	}
	return 0
}

func texts(v any) map[string]string {
	out := map[string]string{}
	if o, ok := v.(*object); ok {
		for k, x := range o.values {
			out[k] = fmt.Sprint(x)
		}
	}
	return out
}
