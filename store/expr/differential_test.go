package expr

import (
	"flag"
	"math/rand/v2"
	"regexp"
	"strconv"
	"testing"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

var (
	rounds   = flag.Int("rounds", 3000, "expressions that the differential test tries")
	seedFlag = flag.Uint64("seed", 0, "seed of the differential test; 0: any")
)

var amountType = value.Type{Kind: value.Decimal, Digits: 12, Places: 4}

// TestConsumersAgree holds SQL, the evaluator and the explainer together: random expressions over random records must
// have one truth for each record.
func TestConsumersAgree(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(seed, 1))
	w := newWorld(t, r, 24)
	counts := map[Truth]int{}
	for i := range *rounds {
		name := "items"
		if i%5 == 0 {
			name = []string{"tags", "boxes", "users", "cards"}[i/5%4]
		}
		coll := w.s.Collection(name)
		g := &gen{r: r, s: w.s, coll: coll}
		src := g.cond(1 + r.IntN(4))
		if name != "items" && !compiles(src, w, coll) {
			continue // clauses on fields that only items have
		}
		e, err := Compile(src, w.env(coll))
		if err != nil {
			t.Fatalf("seed %d: %s\n%v", seed, src, err)
		}
		bind := w.bindings(r)
		if !agree(t, w, coll, e, bind, counts) {
			t.Fatalf("seed %d, user %v, sight %v", seed, bind.User != nil, bind.Sight != nil)
		}
	}
	for _, truth := range []Truth{True, False, Unknown} {
		if counts[truth] < *rounds/2 {
			t.Errorf("only %d results are %s: the test tests little", counts[truth], truth)
		}
	}
}

func (w *world) env(coll *schema.Collection) Env {
	return Env{Collection: coll, Users: w.s.Users(), Vars: map[string]value.Type{"value": {Kind: value.Boolean}, "amount": amountType}}
}

func compiles(src string, w *world, coll *schema.Collection) bool {
	_, err := Compile(src, w.env(coll))
	return err == nil
}

func (w *world) bindings(r *rand.Rand) *Bindings {
	b := &Bindings{Now: fixedNow, Request: Request{Method: pick(r, []string{"GET", "POST", ""}), IP: pick(r, []string{"10.0.0.1", ""})},
		Vars: map[string]value.Value{}}
	if r.IntN(4) > 0 {
		b.Vars["value"] = value.Bool(r.IntN(2) == 0)
		b.Vars["amount"] = randomValue(r, amountType)
	}
	if r.IntN(3) > 0 {
		b.User = pick(r, w.recs[w.s.Users()])
	}
	if r.IntN(3) == 0 {
		b.Sight = w.randomSight(r)
	}
	return b
}

// agree asks all consumers about all records.
func agree(t *testing.T, w *world, coll *schema.Collection, e *Expr, bind *Bindings, counts map[Truth]int) bool {
	t.Helper()
	three, sql, err := w.sqlTruths(coll, func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteSQL(b, f, bind) })
	if err != nil {
		t.Errorf("%s\n%s\n%v", e.Source(), sql, err)
		return false
	}
	two, sql2, err := w.sqlTruths(coll, func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteTrue(b, f, bind) })
	if err != nil {
		t.Errorf("%s\n%s\n%v", e.Source(), sql2, err)
		return false
	}
	if !placeholdersInOrder(sql) || !placeholdersInOrder(sql2) {
		t.Errorf("%s\nplaceholders are not numbered by their first places, by which engines bind:\n%s\n%s", e.Source(), sql, sql2)
		return false
	}
	for _, rec := range w.recs[coll] {
		got, err := e.Eval(rec, bind)
		if err != nil {
			t.Errorf("%s: %v", e.Source(), err)
			return false
		}
		counts[got]++
		key := rec.key().Int()
		why := e.Explain(rec, bind)
		if three[key] != got || (two[key] == True) != (got == True) || why.Truth != got {
			t.Errorf("%s\nrecord %d: evaluator %s, SQL %s, SQL where only true counts %s, explainer %s (%s)\n%s\n%s",
				e.Source(), key, got, three[key], two[key], why.Truth, why, sql, sql2)
			return false
		}
	}
	return true
}

// tableSight is a Sight made of rules by name.
type tableSight struct {
	records map[*schema.Collection]Rules
	fields  map[*schema.Field]Rules
}

func (s tableSight) Records(c *schema.Collection) Rules { return s.records[c] }
func (s tableSight) Field(f *schema.Field) Rules        { return s.fields[f] }

// randomSight hides some records and fields by random rules.
func (w *world) randomSight(r *rand.Rand) Sight {
	s := tableSight{map[*schema.Collection]Rules{}, map[*schema.Field]Rules{}}
	bind := &Bindings{Now: fixedNow}
	if r.IntN(2) == 0 {
		bind.User = pick(r, w.recs[w.s.Users()])
	}
	rules := func(c *schema.Collection) Rules {
		out := Rules{Bind: bind}
		for range 1 + r.IntN(2) {
			var list []*Expr
			for range r.IntN(3) {
				g := &gen{r: r, s: w.s, coll: c}
				if e, err := Compile(g.compare(), w.env(c)); err == nil {
					list = append(list, e)
				}
			}
			out.All = append(out.All, list)
		}
		return out
	}
	for _, c := range w.s.Collections {
		if r.IntN(3) == 0 {
			s.records[c] = rules(c)
		}
		for _, f := range c.Fields {
			if r.IntN(8) == 0 {
				s.fields[f] = rules(c)
			}
		}
	}
	return s
}

var placeholderRE = regexp.MustCompile(`\$(\d+)`)

func placeholdersInOrder(sql string) bool {
	last := 0
	for _, m := range placeholderRE.FindAllStringSubmatch(sql, -1) {
		n, _ := strconv.Atoi(m[1])
		if n > last+1 {
			return false
		}
		last = max(last, n)
	}
	return true
}
