package schema_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/schema"
)

func TestCanonical(t *testing.T) {
	src, err := os.ReadFile("../sample/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, doc := range map[string][]byte{"everything": everything(t), "sample": src, "small": []byte(small)} {
		s := parse(t, string(doc))
		canonical := s.Document.Canonical()
		again := parse(t, string(canonical))
		if !reflect.DeepEqual(s, again) {
			t.Errorf("%s: the canonical document means something else", name)
		}
		if !bytes.Equal(canonical, again.Document.Canonical()) || s.Hash != again.Hash {
			t.Errorf("%s: canonical twice differs from once", name)
		}
	}
	if s := parse(t, string(src)); !bytes.Equal(s.Document.Canonical(), src) {
		t.Error("the sample is not in canonical form")
	}
}

func TestCanonicalLayout(t *testing.T) {
	long := strings.Repeat("x", 60)
	src := `{"settings":{"title":"é\u00e9<&>\u2028\"\\","version":"1"},"collections":{},"resources":{"a":{"fields":["` + long + `","` + long + `","b"]}},
		"roles":{"r":{"x":{"a":` + strings.Repeat("[", 30) + strings.Repeat("]", 30) + `,"` + long + `":"` + long + `","c":1.50,"d":null}}}}`
	want := `{
  "settings": {
    "title": "éé<&>\u2028\"\\",
    "version": "1"
  },
  "collections": {},
  "resources": {
    "a": {
      "fields": [
        "` + long + `",
        "` + long + `", "b"
      ]
    }
  },
  "roles": {
    "r": {
      "x": {
        "a": ` + strings.Repeat("[", 30) + strings.Repeat("]", 30) + `,
        "` + long + `":` + " " + `"` + long + `",
        "c": 1.50,
        "d": null
      }
    }
  }
}
`
	d, problems := schema.ParseDocument([]byte(src))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(d.Canonical())); diff != "" {
		t.Errorf("layout (-want +got):\n%s", diff)
	}
}

// mutate changes a document somewhere: a value is taken away, given the text of another, or replaced by it.
func mutate(r *rand.Rand, n *schema.Node) {
	var all []*schema.Node
	var collect func(n *schema.Node)
	collect = func(n *schema.Node) {
		all = append(all, n)
		for _, m := range n.Members {
			collect(m.Value)
		}
		for _, item := range n.Items {
			collect(item)
		}
	}
	collect(n)
	a, b := all[r.IntN(len(all))], all[r.IntN(len(all))]
	switch {
	case a.Kind == schema.ArrayNode && len(a.Items) > 0:
		i := r.IntN(len(a.Items))
		a.Items = append(a.Items[:i:i], a.Items[i+1:]...)
	case r.IntN(2) > 0:
		*a = schema.Node{Kind: a.Kind, Bool: !a.Bool, Text: b.Text, Items: a.Items, Members: a.Members}
	default:
		*a = *clone(b)
	}
}

func clone(n *schema.Node) *schema.Node {
	c := schema.Node{Kind: n.Kind, Bool: n.Bool, Text: n.Text}
	for _, m := range n.Members {
		c.Members = append(c.Members, schema.Member{Name: m.Name, Value: clone(m.Value)})
	}
	for _, item := range n.Items {
		c.Items = append(c.Items, clone(item))
	}
	return &c
}

// Whatever a document says, parsing it never panics, and what it means survives its canonical form.
func TestMutations(t *testing.T) {
	valid := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		d, problems := schema.ParseDocument(everything(t))
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		mutate(r, d.Root)
		src := d.Canonical()
		if len(src) > 1<<20 {
			continue
		}
		s, problems := schema.Parse(src)
		if len(problems) > 0 {
			if s != nil {
				t.Fatalf("seed %d: a schema beside problems", seed)
			}
			continue
		}
		valid++
		again := parse(t, string(s.Document.Canonical()))
		if !reflect.DeepEqual(s, again) || len(schema.Diff(s, again)) > 0 {
			t.Fatalf("seed %d: the canonical form differs", seed)
		}
	}
	if valid < 20 {
		t.Errorf("only %d mutations are valid: the test sees too little", valid)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(everything(f))
	f.Add([]byte(small))
	f.Add([]byte(before))
	f.Add([]byte(`{"collections": {"a": {"fields": {"b": {"type": "foreign_key", "to": "a", "related_name": ""}}}}}`))
	f.Add([]byte(`{"resources": {"users": {"fields": ["id", {"name": "x", "source": "."}]}}}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 64<<10 {
			return
		}
		s, problems := schema.Parse(src)
		if (s == nil) == (len(problems) == 0) {
			t.Fatal("neither a schema nor problems")
		}
		for _, p := range problems {
			if p.Message == "" || strings.Contains(fmt.Sprint(p), "%!") {
				t.Fatalf("a bad message: %#v", p)
			}
		}
		out, _ := schema.AssignIDs(src, nil)
		if s == nil {
			return
		}
		withIDs, problems := schema.Parse(out)
		if err := problems.Err(); err != nil {
			t.Fatalf("ids broke the document: %v", err)
		}
		if d := schema.Diff(s, withIDs); len(d) > 0 {
			t.Fatalf("ids changed the document: %v", d)
		}
		again, problems := schema.Parse(s.Document.Canonical())
		if err := problems.Err(); err != nil || again.Hash != s.Hash {
			t.Fatalf("the canonical form differs: %v", err)
		}
	})
}
