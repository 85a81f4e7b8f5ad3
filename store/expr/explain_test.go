package expr

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// item returns an item of a world with these values and nulls elsewhere.
func (w *world) item(values map[string]value.Value) *rec {
	c := w.s.Collection("items")
	r := &rec{w, c, make([]value.Value, len(c.Columns))}
	r.values[0] = value.Int(1)
	for name, v := range values {
		r.values[c.Field(name).Position] = v
	}
	return r
}

func TestExplain(t *testing.T) {
	w := newWorld(t, rand.New(rand.NewPCG(1, 2)), 5)
	w.pairs = nil
	user := w.recs[w.s.Users()][2]
	item := w.item(map[string]value.Value{"title": value.Text("Hello"), "state": value.Text("draft"), "owner": value.Int(3), "n": value.Int(5),
		"flag": value.Bool(false), "price": value.Int(150), "data": value.Text(`["a"]`), "at": value.Text("2024-05-01 12:00:00"),
		"body": value.Text(strings.Repeat("x", 100))})
	for _, c := range []struct{ src, want string }{
		{"state == 'published' || owner == 7", "clause `state == 'published'`: \"draft\" is not \"published\"; clause `owner == 7`: 3 is not 7"},
		{"state == 'draft' && owner == user.id", "clause `state == 'draft'`: \"draft\" is \"draft\"; clause `owner == user.id`: 3 is 3"},
		{"n > 3 && n < 5 && n == 7", "clause `n < 5`: 5 is not less than 5"},
		{"!(n >= 5)", "clause `n >= 5`: 5 is at least 5"},
		{"flag", "clause `flag`: it is false"},
		{"wide == 1 && n == 5", "clause `wide == 1`: a comparison of null with 1.0000000000 is unknown: the first is null"},
		{"price != 1.5", "clause `price != 1.5`: 1.50 is 1.50"},
		{"price == 1.505", "clause `price == 1.505`: 1.50 does not pass"},
		{"n == null", "clause `n == null`: it is 5"},
		{"has(mail)", "clause `has(mail)`: there is no value"},
		{"title.lower().startsWith('hi')", "clause `title.lower().startsWith('hi')`: \"hello\" does not start with \"hi\""},
		{"title.matches('^h')", "clause `title.matches('^h')`: \"Hello\" does not match"},
		{"n in [1, 2]", "clause `n in [1, 2]`: 5 is not in the list"},
		{"'a' in data", "clause `'a' in data`: \"a\" is in [\"a\"]"},
		{"tags.exists(t, t.label == 'x')", "clause `tags.exists(t, t.label == 'x')`: there are no tags"},
		{"at > now", "clause `at > now`: 2024-05-01T12:00:00Z is not greater than 2024-05-01T12:00:00Z"},
		{"body == 'x'", "clause `body == 'x'`: \"" + strings.Repeat("x", 60) + "…\" is not \"x\""},
		{"1 == 2", "`1 == 2` is always false"},
		{"flag == has(title)", "clause `flag == has(title)`: the two sides differ from what is asked"},
	} {
		e, err := Compile(c.src, w.env(w.s.Collection("items")))
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got := e.Explain(item, &Bindings{User: user, Now: fixedNow}).String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

// broken is a record whose fields cannot be read.
type broken struct{}

var errBroken = errors.New("disk on fire")

func (broken) Value(*schema.Field) (value.Value, error) { return value.Null, errBroken }
func (broken) One(schema.Step) (Record, error)          { return nil, errBroken }
func (broken) Many(schema.Step) ([]Record, error)       { return nil, errBroken }

func TestRecordErrors(t *testing.T) {
	env := testEnv(t)
	for _, src := range []string{"n == 1", "owner.username == 'x'", "size(tags) > 1", "tags.exists(t, true)", "has(title)", "flag", "title.lower().contains('x')",
		"!(n + 1 > 2) || flag", "n in [1]", "'a' in data", "title.matches('x')", "flag == (n == 1)", "n == null"} {
		e, err := Compile(src, env)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Eval(broken{}, nil); !errors.Is(err, errBroken) {
			t.Errorf("%s: Eval: %v", src, err)
		}
		if x := e.Explain(broken{}, nil); !errors.Is(x.Err, errBroken) || x.String() != "cannot be decided: disk on fire" {
			t.Errorf("%s: Explain: %s", src, x)
		}
	}
	e, err := Compile("user.username == title && user.items.exists(i, i.n == n)", env)
	if err != nil {
		t.Fatal(err)
	}
	b := sqlb.New(dbtest.Dialect())
	if err := e.WriteSQL(b, sqlb.NewFrom(b), &Bindings{User: broken{}}); !errors.Is(err, errBroken) {
		t.Errorf("WriteSQL: %v", err)
	}
}

// crowd is a user with very many items.
type crowd struct{ item Record }

func (crowd) Value(*schema.Field) (value.Value, error) { return value.Null, nil }
func (crowd) One(schema.Step) (Record, error)          { return nil, nil }
func (c crowd) Many(schema.Step) ([]Record, error) {
	list := make([]Record, maxMembers/2+1)
	for i := range list {
		list[i] = c.item
	}
	return list, nil
}

func TestLimitsOfSQL(t *testing.T) {
	w := newWorld(t, rand.New(rand.NewPCG(1, 2)), 5)
	items := w.s.Collection("items")
	long := strings.Repeat("n == 1 || title == 'x' && ", 120) + "n == 2"
	e, err := Compile(long, w.env(items))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.sqlTruths(items, func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteSQL(b, f, nil) }); err != nil {
		t.Errorf("a long expression: %v", err)
	}
	deep, deepest := "n == 1", "true"
	for i := range 18 {
		deep = "!(" + deep + " && flag || n == 2)"
		deepest = "children.exists(c" + strconv.Itoa(i) + ", c" + strconv.Itoa(i) + ".n == 1 && c" + strconv.Itoa(i) + "." + deepest + ")"
		if i == 0 {
			deepest = "children.exists(c0, c0.n == 1)"
		}
	}
	for _, src := range []string{deep, deepest} {
		e, err := Compile(src, w.env(items))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.sqlTruths(items, func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteSQL(b, f, nil) }); err != nil {
			t.Errorf("a deep expression: %v", err)
		}
	}
	if _, err := Compile("parent"+strings.Repeat(".parent", 20)+" == 1", w.env(items)); err == nil || !strings.Contains(err.Error(), "at most 20 relations") {
		t.Errorf("a long path: %v", err)
	}
	rule, err := Compile("owner.card.holder.card.holder.username == 'x' && children.exists(c, c.n == n)", w.env(items))
	if err != nil {
		t.Fatal(err)
	}
	sight := tableSight{records: map[*schema.Collection]Rules{items: {All: [][]*Expr{{rule}}}}}
	e, err = Compile("parent"+strings.Repeat(".parent", 14)+".n == 1", w.env(items))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = w.sqlTruths(items, func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteSQL(b, f, &Bindings{Sight: sight}) }); !errors.Is(err, ErrTooComplex) {
		t.Errorf("too many joins: %v", err)
	}
	one := w.item(map[string]value.Value{"n": value.Int(1)})
	for src, want := range map[string]error{
		"user.items.exists(i, i.n == n)":                                   nil,
		"user.items.exists(i, i.n == n) || user.items.exists(i, i.n != n)": ErrTooMany,
	} {
		e, err := Compile(src, w.env(items))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.sqlTruths(items, func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteSQL(b, f, &Bindings{User: crowd{one}}) })
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", src, err)
		}
	}
}

func TestUserInputValue(t *testing.T) {
	w := newWorld(t, rand.New(rand.NewPCG(1, 2)), 5)
	user := w.recs[w.s.Users()][1]
	e, err := Compile("user == owner && user.is_authenticated && n == user.card.number && size(user.items) > 1 && user.card == card", w.env(w.s.Collection("items")))
	if err != nil {
		t.Fatal(err)
	}
	card, _ := user.One(schema.Step{Reverse: w.s.Users().ReverseRelation("card")})
	number, key := value.Null, value.Null
	if card != nil {
		number, key = card.(*rec).values[1], card.(*rec).key()
	}
	for bind, want := range map[*Bindings][]value.Value{
		{User: user}: {value.Int(2), value.Bool(true), number, value.Null, key},
		{}:           {value.Null, value.Bool(false), value.Null, value.Null, value.Null},
	} {
		var got []value.Value
		for _, in := range e.UserInputs() {
			v, err := in.Value(bind)
			if err != nil {
				t.Error(err)
			}
			got = append(got, v)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(value.Value{})); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	}
}

func TestComplete(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct{ src, want string }{ // | is the cursor
		{"ti|", "title"},
		{"owner.user|", "username"},
		{"owner.us| == 1", "username"},
		{"user.is_a|", "is_active is_authenticated"},
		{"this.|title", "id title body mail state kind n big price rate wide wider score flag day at clock span ref ip data owner parent card tags children"},
		{"state == |", `"draft" "published" "gone"`},
		{"kind in [|", "1 2 3"},
		{"request.|", "method ip"},
		{"tags.|", "exists"},
		{"tags.exists(t, t.|", "id label weight box items"},
		{"tags.exists(t, t.box.la|", "label"},
		{"tags.exists(tag, ta|", "tags tag"},
		{"tags.exists(tag, true) && ta|", "tags"},
		{"title.|", "contains startsWith endsWith matches lower"},
		{"'abc|", ""},
		{"12|", ""},
		{"n.|", ""},
		{"owner.pass|", ""},
		{"n == 1 && va|", "value"},
		{"has(ti|", "title"},
	} {
		pos := strings.IndexByte(c.src, '|')
		src := c.src[:pos] + c.src[pos+1:]
		var got []string
		for _, x := range Complete(src, pos, env) {
			if c.src == "state == |" || c.src == "kind in [|" {
				if x.Kind != "choice" {
					continue
				}
			}
			got = append(got, x.Text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.src, got, c.want)
		}
	}
}
