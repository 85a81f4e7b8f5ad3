package expr

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store/value"
)

// TestNumbersByOracle compares fields and sums with literals by exact fractions: what all consumers share, the
// conversion of literals to stored form, is not held by comparing them with each other.
func TestNumbersByOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 1))
	w := &world{s: mustSchema(t, worldDocument)}
	items := w.s.Collection("items")
	for range 4000 {
		f := items.Field(pick(r, []string{"n", "big", "price", "rate", "wide", "wider"}))
		v := randomValue(r, f.Type)
		rec := w.item(map[string]value.Value{f.Name: v})
		src, want := f.Name, rational(t, f.Type.String(v))
		within := true
		if !isWide(f.Type) && r.IntN(2) == 0 {
			lit := pick(r, []string{"1", "0.5", "2.345", "1000000"})
			src += " - " + lit
			want.Sub(want, rational(t, lit))
			scaled := new(big.Rat).Mul(want, new(big.Rat).SetInt(power10(max(placesOf(f.Type), len(lit)-strings.IndexByte(lit+".", '.')-1))))
			within = scaled.Num().IsInt64()
		}
		lit := pick(r, poolDecimals)
		if r.IntN(2) == 0 {
			lit = f.Type.String(randomValue(r, f.Type)) + pick(r, []string{"", "5"})
		}
		op := pick(r, []Op{OpEq, OpNe, OpLt, OpLe, OpGt, OpGe})
		e, err := Compile(src+" "+string(op)+" "+lit, Env{Collection: items})
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Eval(rec, nil)
		truthful := truth(holds(op, want.Cmp(rational(t, lit))))
		if !within && got == Unknown {
			continue
		}
		if err != nil || got != truthful {
			t.Errorf("%s with %s = %s: got %s, want %s", e.Source(), f.Name, f.Type.String(v), got, truthful)
		}
	}
}

func rational(t *testing.T, s string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return x
}

// TestMomentsByOracle does the same for datetimes with offsets and for now.
func TestMomentsByOracle(t *testing.T) {
	w := &world{s: mustSchema(t, worldDocument)}
	items := w.s.Collection("items")
	moments := []string{"2024-05-01T12:00:00Z", "2024-05-01T12:00:00.5Z", "2024-05-01T14:00:00+02:00", "2024-04-30T23:59:59.999999Z",
		"2024-05-01T00:00:00-12:00", "2024-05-01T12:00:00.000001Z", "2024-05-01T17:45:00+05:45", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}
	at := func(s string) time.Time {
		x, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	check := func(src string, v time.Time, op Op, want int) {
		e, err := Compile(src, Env{Collection: items})
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Eval(w.item(map[string]value.Value{"at": value.FormatDateTime(v)}), &Bindings{Now: fixedNow.Add(time.Millisecond)})
		if err != nil || got != truth(holds(op, want)) {
			t.Errorf("%s of %s: %s", src, v, got)
		}
	}
	for _, stored := range moments {
		for _, op := range []Op{OpEq, OpNe, OpLt, OpLe, OpGt, OpGe} {
			for _, lit := range moments {
				check("at "+string(op)+` "`+lit+`"`, at(stored), op, at(stored).Compare(at(lit)))
			}
			check("at "+string(op)+` now - duration("1h30m") + duration("1d")`, at(stored), op, at(stored).Compare(fixedNow.Add(22*time.Hour+30*time.Minute)))
			check("at "+string(op)+` now + duration("3000000d")`, at(stored), op, at(stored).Compare(at("9999-12-31T23:59:59.999999Z")))
		}
	}
}

func TestDurations(t *testing.T) {
	const hour = int64(3600e6)
	for src, want := range map[string]int64{"1h": hour, "1h30m": hour * 3 / 2, "7d": 168 * hour, "-1d2h": -26 * hour, "1.5s": 1500000, "1 02:00:00": 26 * hour, "P1DT2H": 26 * hour, "250us": 250} {
		if got, ok := parseDuration(src); !ok || got != want {
			t.Errorf("%s: got %d, %v, want %d", src, got, ok, want)
		}
	}
	for _, src := range []string{"", "soon", "1d-2h", "99999999999999999999h", "d", "1w"} {
		if got, ok := parseDuration(src); ok {
			t.Errorf("%s: got %d", src, got)
		}
	}
}

// TestMembersOfJSON has the corners of in for JSON lists.
func TestMembersOfJSON(t *testing.T) {
	w := &world{s: mustSchema(t, worldDocument)}
	items := w.s.Collection("items")
	for _, c := range []struct {
		src, data string
		want      Truth
	}{
		{`"a" in data`, `["b","a"]`, True}, {`"a" in data`, `["A"]`, False}, {`"a" in data`, `{"a":1}`, False}, {`"a" in data`, `"a"`, False},
		{`"a" in data`, `[["a"]]`, False}, {`"1" in data`, `[1]`, False}, {`1 in data`, `["1"]`, False}, {`1 in data`, `[1.0]`, True},
		{`true in data`, `[1]`, False}, {`true in data`, `[true]`, True}, {`1 in data`, `[true]`, False}, {`"é" in data`, `["\u00e9"]`, True},
		{`n in data`, `[1]`, Unknown}, {`"a" in data`, ``, Unknown}, {`1000 in data`, `[1e3]`, True}, {`9007199254740993 in data`, `[9007199254740992]`, False},
	} {
		e, err := Compile(c.src, Env{Collection: items})
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]value.Value{"data": value.Text(c.data)}
		if c.data == "" {
			values["data"] = value.Null
		}
		if got, err := e.Eval(w.item(values), nil); err != nil || got != c.want {
			t.Errorf("%s in %s: got %s, %v", c.src, c.data, got, err)
		}
	}
}
