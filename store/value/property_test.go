package value_test

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store/value"
)

// randomDecimal returns a decimal text with at most digits digits, places of them behind the point.
func randomDecimal(r *rand.Rand, digits, places int) string {
	var b strings.Builder
	if r.IntN(2) == 0 {
		b.WriteByte('-')
	}
	b.WriteByte('0')
	for range r.IntN(digits - places + 1) {
		b.WriteByte(byte('0' + r.IntN(10)))
	}
	if n := r.IntN(places + 1); n > 0 {
		b.WriteByte('.')
		for range n {
			b.WriteByte(byte('0' + r.IntN(10)))
		}
	}
	return b.String()
}

// TestDecimalsSortAndRoundTrip compares stored decimals of many shapes with exact fractions.
func TestDecimalsSortAndRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, typ := range []value.Type{dec(1, 0), dec(4, 2), dec(18, 18), dec(18, 0), dec(19, 0), dec(20, 5), dec(40, 40), dec(60, 30)} {
		var last value.Value
		var lastRat *big.Rat
		for range 3000 {
			text := randomDecimal(r, typ.Digits, typ.Places)
			v, err := typ.Parse(text)
			if err != nil {
				t.Fatalf("%v Parse(%s): %v", typ, text, err)
			}
			rat, _ := new(big.Rat).SetString(text)
			if again, ok := new(big.Rat).SetString(typ.String(v)); !ok || again.Cmp(rat) != 0 {
				t.Fatalf("%v %s reads back as %s", typ, text, typ.String(v))
			}
			if got := typ.String(v); len(got)-strings.IndexByte(got+".", '.') != max(typ.Places+min(typ.Places, 1), 0) && typ.Places > 0 {
				t.Fatalf("%v %s has not %d places", typ, got, typ.Places)
			}
			d, _ := value.ParseDecimal(text)
			if d.Rat().Cmp(rat) != 0 {
				t.Fatalf("%s is the fraction %s", text, d.Rat())
			}
			if lastRat != nil && value.Compare(v, last) != rat.Cmp(lastRat) {
				t.Fatalf("%v: %v and %v sort otherwise than %s and %s", typ, v, last, rat, lastRat)
			}
			if l, ok := value.DecimalOf(typ, last); ok && value.CompareDecimals(d, l) != rat.Cmp(lastRat) {
				t.Fatalf("CompareDecimals(%v, %v)", d, l)
			}
			last, lastRat = v, rat
		}
	}
}

// TestRescale rounds half to even and says when it rounded.
func TestRescale(t *testing.T) {
	for _, c := range []struct {
		from, to value.Type
		in, out  string
		exact    bool
	}{
		{dec(10, 3), dec(10, 2), "1.005", "1.00", false},
		{dec(10, 3), dec(10, 2), "1.015", "1.02", false},
		{dec(10, 3), dec(10, 2), "-1.995", "-2.00", false},
		{dec(10, 3), dec(30, 5), "-1.995", "-1.99500", true},
		{dec(30, 5), dec(10, 0), "0.50001", "1", false},
		{dec(30, 5), dec(10, 0), "0.5", "0", false},
		{dec(30, 10), dec(10, 2), "0.0000000001", "0.00", false},
		{kind(value.Integer), dec(10, 2), "-7", "-7.00", true},
		{dec(4, 2), dec(2, 1), "9.95", "", false},
	} {
		v, err := c.from.Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		got, exact, err := value.Rescale(v, c.from, c.to)
		if text := c.to.String(got); text != c.out || exact != c.exact || (err != nil) != (c.out == "") {
			t.Errorf("%s from %v to %v: %q %v %v", c.in, c.from, c.to, text, exact, err)
		}
	}
}

// TestTimesSortAndRoundTrip compares stored datetimes, times and durations with the times they stand for.
func TestTimesSortAndRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
	moment := func() time.Time {
		return time.Unix(first+r.Int64N(last-first), int64(r.IntN(3))*r.Int64N(1e6)*1000).UTC()
	}
	for range 5000 {
		a, b := moment(), moment()
		va, vb := value.FormatDateTime(a), value.FormatDateTime(b)
		if back, ok := value.TimeOf(va); !ok || !back.Equal(a) {
			t.Fatalf("%v reads back as %v", a, back)
		}
		if value.Compare(va, vb) != a.Compare(b) {
			t.Fatalf("%v and %v sort otherwise", va, vb)
		}
		zone := time.FixedZone("", (r.IntN(2879)-1439)*60)
		if local := a.In(zone); local.Year() >= 1 && local.Year() <= 9999 {
			if back, err := value.ParseDateTime(local.Format(time.RFC3339Nano)); err != nil || !back.Equal(a) {
				t.Fatalf("%v reads back as %v, %v", local, back, err)
			}
		}
		us := r.Int64() >> r.IntN(60)
		if r.IntN(2) == 0 {
			us = -us
		}
		dur := kind(value.Duration)
		if back, err := dur.Parse(dur.String(value.Int(us))); err != nil || back.Int() != us {
			t.Fatalf("%d us is %s and reads back as %v, %v", us, dur.String(value.Int(us)), back, err)
		}
		clock := time.Duration(r.Int64N(86400e6)) * time.Microsecond
		if back, ok := value.ClockOf(value.FormatTime(clock)); !ok || back != clock {
			t.Fatalf("%v reads back as %v", clock, back)
		}
	}
	for _, us := range []int64{math.MaxInt64, math.MinInt64, math.MinInt64 + 1} {
		text := kind(value.Duration).String(value.Int(us))
		if back, err := value.ParseDuration(text); err != nil || back != us {
			t.Errorf("%d us is %s and reads back as %d, %v", us, text, back, err)
		}
	}
}

// TestNumbersRoundTrip writes random floats and integers and reads them back.
func TestNumbersRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	typ := kind(value.FloatingPoint)
	for range 5000 {
		f := math.Float64frombits(r.Uint64())
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		v := value.Float(f)
		for _, read := range []func() (value.Value, error){
			func() (value.Value, error) { return typ.Parse(typ.String(v)) },
			func() (value.Value, error) { return typ.FromJSON(typ.AppendJSON(nil, v)) },
		} {
			if got, err := read(); err != nil || got != v {
				t.Fatalf("%v reads back as %v, %v", f, got, err)
			}
		}
		n := int64(r.Uint64())
		if got, err := kind(value.BigInteger).FromJSON(strconv.AppendInt(nil, n, 10)); err != nil || got.Int() != n {
			t.Fatalf("%d reads back as %v, %v", n, got, err)
		}
	}
}

// TestFromJSON reads literals that stand for another type than their own.
func TestFromJSON(t *testing.T) {
	for _, c := range []struct {
		typ       value.Type
		raw, want string // "!" is an error
	}{
		{kind(value.Integer), `2.0`, "2"}, {kind(value.Integer), `"12.0"`, "12"}, {kind(value.Integer), `1e2`, "100"},
		{kind(value.Integer), `1e16`, "!"}, {kind(value.Integer), `1.5`, "!"}, {kind(value.Integer), `true`, "!"}, {kind(value.Integer), `-0`, "0"},
		{kind(value.Integer), `123456789012345678901`, "!"},
		{kind(value.FloatingPoint), `true`, "1.0"}, {kind(value.FloatingPoint), `"1.5"`, "1.5"}, {kind(value.FloatingPoint), `10`, "10.0"},
		{dec(5, 2), `1.500`, "1.50"}, {dec(5, 2), `1.505`, "!"}, {dec(5, 2), `true`, "!"}, {dec(5, 2), `1e2`, "100.00"},
		{dec(30, 20), `0.12345678901234567891`, "0.12345678901234567891"},
		{kind(value.Char), `1.50`, "1.5"}, {kind(value.Char), `12`, "12"}, {kind(value.Char), `true`, "!"}, {kind(value.Char), `[]`, "!"},
		{kind(value.Char), `"\ud83d\ude00\/"`, "😀/"}, {kind(value.Char), `"\ud83d"`, "!"}, {kind(value.Char), `"a`, "!"}, {kind(value.Char), `"a" 1`, "!"},
		{kind(value.Boolean), `1`, "true"}, {kind(value.Boolean), `0.0`, "false"}, {kind(value.Boolean), `2`, "!"}, {kind(value.Boolean), `"on"`, "true"},
		{kind(value.UUID), `1`, "00000000-0000-0000-0000-000000000001"}, {kind(value.UUID), `-1`, "!"}, {kind(value.UUID), `340282366920938463463374607431768211456`, "!"},
		{kind(value.Duration), `90`, "00:01:30"}, {kind(value.Duration), `0.5`, "00:00:00.500000"}, {kind(value.Date), `20240501`, "!"},
		{kind(value.JSON), `{"a":1e5,"b":123456789012345678901234567890}`, `{"a":1e5,"b":123456789012345678901234567890}`},
		{kind(value.JSON), `"x"`, `"x"`}, {kind(value.JSON), `{"a":1,"b":{"c":1,"c":2},"a":3}`, `{"a":3,"b":{"c":2}}`},
	} {
		got := "!"
		if v, err := c.typ.FromJSON([]byte(c.raw)); err == nil {
			got = c.typ.String(v)
		}
		if got != c.want {
			t.Errorf("%v FromJSON(%s) = %s, want %s", c.typ, c.raw, got, c.want)
		}
	}
	deep := strings.Repeat("[", value.MaxJSONDepth+2) + strings.Repeat("]", value.MaxJSONDepth+2)
	if _, err := kind(value.JSON).FromJSON([]byte(deep)); err == nil {
		t.Error("a JSON value that is too deep was read")
	}
}

// TestAppendJSONAllocates nothing when there is room.
func TestAppendJSONAllocates(t *testing.T) {
	buf := make([]byte, 0, 1024)
	for _, c := range []struct {
		typ value.Type
		v   value.Value
	}{
		{kind(value.Char), value.Text("Grüße \"x\"")}, {kind(value.DateTime), value.Now()}, {dec(10, 2), value.Int(-5)},
		{dec(30, 2), value.Text("p000000000000000000000000000150")}, {kind(value.FloatingPoint), value.Float(1.5)},
		{kind(value.UUID), value.NewUUID()}, {kind(value.Duration), value.Int(-1)}, {kind(value.Boolean), value.Int(1)},
	} {
		if n := testing.AllocsPerRun(100, func() { buf = c.typ.AppendJSON(buf[:0], c.v) }); n != 0 {
			t.Errorf("%v: %v allocations", c.typ, n)
		}
	}
}

// TestAppendJSONForeign renders what a table that others write may hold: always valid JSON.
func TestAppendJSONForeign(t *testing.T) {
	for _, c := range []struct {
		typ  value.Type
		v    value.Value
		want string
	}{
		{dec(10, 2), value.Float(9.5), `"9.50"`}, {dec(2, 2), value.Float(9.5), `"9.5"`}, {dec(30, 2), value.Text(`1"2\`), `"12"`},
		{kind(value.FloatingPoint), value.Int(3), `3.0`}, {kind(value.FloatingPoint), value.Float(math.Inf(1)), `null`},
		{kind(value.DateTime), value.Text("2024-05-01T12:00"), `"2024-05-01T12:00"`}, {kind(value.Date), value.Text("x\"y"), `"x\"y"`},
		{kind(value.UUID), value.Text("12"), `"12"`}, {kind(value.Char), value.Text("a\xffb"), `"a\ufffdb"`}, {kind(value.Char), value.Int(5), `5`},
		{kind(value.Boolean), value.Null, `null`}, {kind(value.Time), value.Text("09:05:00.5"), `"09:05:00.5"`},
	} {
		if got := string(c.typ.AppendJSON(nil, c.v)); got != strings.ReplaceAll(c.want, `\ufffd`, "\ufffd") {
			t.Errorf("%v %v: %s, want %s", c.typ, c.v, got, c.want)
		}
	}
}

// FuzzFromJSON: whatever is read is written as valid JSON that reads back the same.
func FuzzFromJSON(f *testing.F) {
	for _, s := range []string{`"2024-05-01"`, `1.5`, `{"a":[1,"\u2028"]}`, `"\ud800"`, `"p1"`, `-0.0`, `"1 02:03:04.5"`} {
		f.Add([]byte(s))
	}
	types := []value.Type{dec(10, 2), dec(30, 10)}
	for _, k := range []value.Kind{value.Char, value.UUID, value.IP, value.Integer, value.FloatingPoint, value.Boolean, value.Date, value.Time, value.DateTime, value.Duration, value.JSON} {
		types = append(types, kind(k))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, typ := range types {
			v, err := typ.FromJSON(raw)
			if err != nil {
				continue
			}
			out := typ.AppendJSON(nil, v)
			if !json.Valid(out) {
				t.Fatalf("%v %q is written as %q", typ, raw, out)
			}
			if again, err := typ.FromJSON(out); err != nil || again != v {
				t.Fatalf("%v %q: %s reads back as %v, %v", typ, raw, out, again, err)
			}
			if typ.AppendJSON(nil, value.Text(string(raw))); typ.Kind != value.JSON && !json.Valid(typ.AppendJSON(nil, value.Text(string(raw)))) {
				t.Fatalf("%v: the stored text %q is written as no JSON", typ, raw)
			}
		}
	})
}
