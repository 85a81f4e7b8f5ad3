package migrate

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// fastDir is a temporary folder, in memory where the machine has such a place: these tests sync thousands of files.
func fastDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "couplet")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// exclusive calls fn with the writing connection on the test's own goroutine, which alone may end the test.
func exclusive(t testing.TB, e db.Engine, fn func(conn db.Conn)) {
	t.Helper()
	lent, back, ended := make(chan db.Conn), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- e.Exclusive(context.Background(), func(conn db.Conn) error {
			lent <- conn
			<-back
			return nil
		})
	}()
	select {
	case conn := <-lent:
		defer func() {
			close(back)
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		fn(conn)
	case err := <-ended:
		t.Fatal(err)
	}
}

// samples are values of every type in their wire form.
var samples = []struct {
	t      value.Type
	values []string
}{
	{value.Type{Kind: value.Char}, []string{"", "x", "0", "1", "-1", "42", "-7", "2147483648", "9223372036854775807",
		"9223372036854775808", "99999999999999999999", "1.5", "-1.50", "0.005", "12345678.91", "1e3", "-0", "00012", "true",
		"False", "yes", "t", "2024-02-29", "2023-02-29", "2024-13-01", "12:30", "12:30:15", "24:00", "12:30:15.25", "12:61:00",
		"2024-02-29 12:30:15", "2024-02-29T12:30:15Z", "2024-02-29T12:30:15.123456+02:00", "2024-12-31T23:30:00-05:00", "2024-02-30T00:00:00Z",
		"00:00:05", "1 02:03:04", "-1 23:59:59.500000", "1 day", "0123456789abcdef0123456789abcdef",
		"01234567-89AB-cdef-0123-456789abcdef", "01234567-89ab", "10.0.0.1", "256.1.1.1", "1.2.3", "01.2.3.4", "{\"a\": [1, 2]}", "[]", "\"q\"", "{", "üö\"\\\n",
		" 7 ", "+5", ".5", "1.", "-", "+.", "1e400", "1e-400", "5e-324", "1e-7", "-9223372036854775808", "00:00:60", "-1 00:00:00", "999999999 00:00:00",
		"99999999 00:00:00", "2024-02-29T12:30:15z", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-01:00", "0000-01-01", "1900-02-29", "2000-02-29",
		"{ \"b\": 1.0, \"a\": [ ] }", "007", "0.10", "1.000000000000000000", "ON", "+00:00", "\u0663"}},
	{value.Type{Kind: value.Textual}, []string{"", "text", "7"}},
	{value.Type{Kind: value.BigInteger}, []string{"0", "1", "-1", "9", "255", "99999999", "-99999999", "9007199254740993", "9223372036854775807", "-9223372036854775808",
		"9223372036854774784", "9223372036854774785", "4611686018427387904"}},
	{value.Type{Kind: value.PositiveInteger}, []string{"0", "1", "5000"}},
	{value.Type{Kind: value.SmallInteger}, []string{"-32768", "12"}},
	{value.Type{Kind: value.FloatingPoint}, []string{"0.0", "1.0", "-1.5", "0.1", "2.5", "1e+16", "1e-05", "3.141592653589793", "123456789.125", "1e+22", "9e+18",
		"0.5", "-0.5", "3.5", "0.005", "1.005", "1234567890123456.8", "1e+15", "123456789012345.6", "0.0001", "1e+300", "-1e+29", "9.2e+18", "99999999.995"}},
	{value.Type{Kind: value.Boolean}, []string{"true", "false"}},
	{value.Type{Kind: value.Decimal, Digits: 10, Places: 2}, []string{"0.00", "1.00", "-1.50", "0.05", "-0.05", "12345678.91", "-99999999.99", "2.50", "3.50", "-2.50", "0.50", "1.50", "0.49"}},
	{value.Type{Kind: value.Decimal, Digits: 5, Places: 3}, []string{"0.000", "1.005", "-1.015", "99.999", "0.500", "0.005", "0.015", "99.995", "-99.995"}},
	{value.Type{Kind: value.Decimal, Digits: 18, Places: 0}, []string{"0", "999999999999999999", "-999999999999999999", "7"}},
	{value.Type{Kind: value.Decimal, Digits: 20, Places: 2}, []string{"0.00", "1.50", "-1.50", "999999999999999999.99", "-999999999999999999.99", "-0.01"}},
	{value.Type{Kind: value.Decimal, Digits: 25, Places: 0}, []string{"0", "-12", "1234567890123456789012345"}},
	{value.Type{Kind: value.Date}, []string{"2024-02-29", "0001-01-01", "9999-12-31"}},
	{value.Type{Kind: value.Time}, []string{"00:00:00", "23:59:59", "12:30:15.250000"}},
	{value.Type{Kind: value.DateTime}, []string{"2024-02-29T00:00:00Z", "2024-02-29T12:30:15.123456Z", "0001-01-01T00:00:00Z"}},
	{value.Type{Kind: value.Duration}, []string{"00:00:00", "1 02:03:04", "-1 23:59:59.500000", "00:00:00.000001", "-10 00:00:00", "106751991 04:00:54.775807", "-00:00:01", "1 00:00:00"}},
	{value.Type{Kind: value.UUID}, []string{"01234567-89ab-cdef-0123-456789abcdef"}},
	{value.Type{Kind: value.IP}, []string{"10.0.0.1", "2001:db8::1"}},
	{value.Type{Kind: value.JSON}, []string{`{"a":[1,2]}`, `[]`, `"q"`, `17`, `1.5`, `true`, `"2024-02-29"`, `"12.50"`, `null`, `"\ud83d\ude00"`, `-1e2`, `"127.0.0.1"`, `false`, `"1 00:00:00"`, `{}`, `1e400`}},
	{value.Type{Kind: value.Email}, []string{"a@b.de"}},
	{value.Type{Kind: value.Image}, []string{"covers/a.png"}},
}

// outcome is what a conversion makes of a value.
type outcome struct {
	failed, lossy bool
	value         value.Value
}

// TestConversions holds the SQL of every pair of types against the codecs: what it says converts is what reading the
// wire form gives, exactly, unless it says that a part is lost. On PostgreSQL it is held against SQLite's, too.
func TestConversions(t *testing.T) {
	e := dbtest.Open(t)
	reference := e
	if e.Dialect() != sqlb.SQLite {
		reference = openSQLite(t)
	}
	exclusive(t, e, func(conn db.Conn) {
		if err := Ensure(conn, e.Dialect()); err != nil {
			t.Fatal(err)
		}
		for _, from := range samples {
			for _, to := range samples {
				if _, ok := convert(`"c"`, from.t, to.t); !ok || from.t == to.t {
					if _, too := engineOf(e.Dialect()).convert(`"c"`, from.t, to.t); too != ok {
						t.Errorf("%s to %s: it is %t that there is a conversion", typeName(from.t), typeName(to.t), too)
					}
					continue
				}
				got := outcomes(t, e.Dialect(), conn, from.t, to.t, from.values)
				for i, o := range got {
					checkConversion(t, o, from.t, to.t, from.values[i])
				}
				if reference != e {
					exclusive(t, reference, func(conn db.Conn) {
						for i, want := range outcomes(t, sqlb.SQLite, conn, from.t, to.t, from.values) {
							if !got[i].agrees(want, from.t, to.t) {
								t.Errorf("%s %q to %s: %+v, on SQLite %+v", typeName(from.t), from.values[i], typeName(to.t), got[i], want)
							}
						}
					})
				}
			}
		}
	})
}

// agrees reports whether PostgreSQL does with a value what SQLite does. Of a float SQLite writes 16 digits, and rounds
// what it stands for in binary, where PostgreSQL rounds the shortest text that reads back as it.
func (o outcome) agrees(lite outcome, from, to value.Type) bool {
	switch {
	case o.failed && lite.failed:
		return o.value == value.Null
	case from.Kind == value.FloatingPoint && to.Kind == value.Decimal && lite.lossy:
		return !o.failed
	}
	return o.failed == lite.failed && o.lossy == lite.lossy && value.Compare(o.value, lite.value) == 0
}

// outcomes converts values of a type in a table of their own, on PostgreSQL by changing the column's type.
func outcomes(t *testing.T, d sqlb.Dialect, conn db.Conn, from, to value.Type, texts []string) []outcome {
	t.Helper()
	e := engineOf(d)
	conv, _ := e.convert(`"c"`, from, to)
	condition := func(s string) string {
		if s == "" {
			return "FALSE"
		}
		return "(" + s + ")"
	}
	must := func(err error) {
		if err != nil {
			t.Fatalf("%s to %s: %v", typeName(from), typeName(to), err)
		}
	}
	must(conn.Script("DROP TABLE IF EXISTS t"))
	_, err := conn.Exec(`CREATE TABLE t (n bigint, "c" ` + e.columnType(from) + ")")
	must(err)
	for i, text := range texts {
		v, err := from.Parse(text)
		must(err)
		_, err = conn.Exec("INSERT INTO t VALUES ($1, $2)", sqlb.I(int64(i)), sqlb.Arg{Type: from, Value: v})
		must(err)
	}
	out := make([]outcome, len(texts))
	must(conn.Query("SELECT n, "+condition(conv.fails)+", "+condition(conv.lossy)+" FROM t", nil, func(r db.Row) error {
		out[r.Int(0)] = outcome{failed: r.Int(1) == 1, lossy: r.Int(2) == 1}
		return nil
	}))
	converted := e.typed(conv.converted(`"c"`, "NULL"), to)
	if d == sqlb.PostgreSQL {
		must(conn.Script(`ALTER TABLE t ALTER COLUMN "c" TYPE ` + e.columnType(to) + " USING " + converted))
		converted = `"c"`
	}
	must(conn.Query("SELECT n, "+converted+" AS "+sqlb.Quote(typeName(to))+" FROM t", nil, func(r db.Row) error {
		out[r.Int(0)].value = r.Value(1, to)
		return nil
	}))
	return out
}

func checkConversion(t *testing.T, o outcome, from, to value.Type, text string) {
	t.Helper()
	name := typeName(from) + " " + text + " to " + typeName(to)
	v, err := from.Parse(text)
	if err != nil {
		t.Fatalf("%s: bad sample: %v", name, err)
	}
	want, wantErr := to.Parse(from.String(v))
	if to.Kind == value.JSON && !from.IsText() {
		want, wantErr = to.FromJSON(from.AppendJSON(nil, v))
	}
	if from.Kind == value.JSON && !to.IsText() {
		want, wantErr = to.FromJSON([]byte(v.Text()))
	}
	if positive(to) && wantErr == nil && want.Int() < 0 {
		wantErr = value.ErrRange
	}
	switch {
	case o.failed && o.value != value.Null:
		t.Errorf("%s: failed, but is %v", name, o.value)
	case o.failed:
		if wantErr == nil && !narrower(from, to, text) {
			t.Errorf("%s: says it fails, but %v is meant", name, want)
		}
	case o.lossy:
	case wantErr != nil && !wider(from, to):
		t.Errorf("%s: converts to %v, but codec says %v", name, o.value, wantErr)
	case wantErr == nil && o.value != want:
		t.Errorf("%s: converts to %#v, want %#v", name, o.value, want)
	}
}

// narrower lists what the codecs read and plain SQL does not.
func narrower(from, to value.Type, text string) bool {
	switch {
	case from.Kind == value.JSON:
		return text == "null" || text == "true" || text == "false" || text == "-1e2" || to.Kind == value.Duration || to.Kind == value.UUID
	case to.Kind == value.IP:
		return strings.Contains(text, ":")
	case from.IsText() && to.Kind == value.Duration: // seconds alone, and Django's other spellings
		return !strings.Contains(text, ":") || strings.Count(text, ":") == 1 || text == "12:61:00" || text == "00:00:60"
	case from.IsText() && (to.Kind == value.Date || to.Kind == value.Time || to.Kind == value.DateTime):
		return !strings.ContainsAny(text, "-:") || to.Kind == value.Time && len(text) == 2
	case from.IsText() && to.IsInteger():
		return strings.Contains(text, ".") || text == "\u0663"
	case from.IsText():
		return text == "1e3" || text == "00012" || text == "" || text == "\u0663" ||
			to.Kind == value.FloatingPoint && strings.ContainsAny(text, "+.0")
	}
	return false
}

// wider lists conversions that do not go through the wire form.
func wider(from, to value.Type) bool {
	return from.Kind == value.FloatingPoint && to.IsInteger() || from.Kind == value.Date || from.Kind == value.DateTime || from.Kind == value.Boolean || to.Kind == value.Boolean ||
		from.Kind == value.JSON && to.IsText()
}
