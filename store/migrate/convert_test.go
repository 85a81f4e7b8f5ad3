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
		"01234567-89AB-cdef-0123-456789abcdef", "01234567-89ab", "10.0.0.1", "256.1.1.1", "1.2.3", "01.2.3.4", "{\"a\": [1, 2]}", "[]", "\"q\"", "{", "üö\"\\\n"}},
	{value.Type{Kind: value.Textual}, []string{"", "text", "7"}},
	{value.Type{Kind: value.BigInteger}, []string{"0", "1", "-1", "9", "255", "99999999", "-99999999", "9007199254740993", "9223372036854775807", "-9223372036854775808"}},
	{value.Type{Kind: value.PositiveInteger}, []string{"0", "1", "5000"}},
	{value.Type{Kind: value.SmallInteger}, []string{"-32768", "12"}},
	{value.Type{Kind: value.FloatingPoint}, []string{"0.0", "1.0", "-1.5", "0.1", "2.5", "1e+16", "1e-05", "3.141592653589793", "123456789.125", "1e+22", "9e+18"}},
	{value.Type{Kind: value.Boolean}, []string{"true", "false"}},
	{value.Type{Kind: value.Decimal, Digits: 10, Places: 2}, []string{"0.00", "1.00", "-1.50", "0.05", "-0.05", "12345678.91", "-99999999.99", "2.50", "3.50"}},
	{value.Type{Kind: value.Decimal, Digits: 5, Places: 3}, []string{"0.000", "1.005", "-1.015", "99.999", "0.500"}},
	{value.Type{Kind: value.Decimal, Digits: 18, Places: 0}, []string{"0", "999999999999999999", "-999999999999999999", "7"}},
	{value.Type{Kind: value.Decimal, Digits: 20, Places: 2}, []string{"0.00", "1.50", "-1.50", "999999999999999999.99", "-999999999999999999.99", "-0.01"}},
	{value.Type{Kind: value.Decimal, Digits: 25, Places: 0}, []string{"0", "-12", "1234567890123456789012345"}},
	{value.Type{Kind: value.Date}, []string{"2024-02-29", "0001-01-01", "9999-12-31"}},
	{value.Type{Kind: value.Time}, []string{"00:00:00", "23:59:59", "12:30:15.250000"}},
	{value.Type{Kind: value.DateTime}, []string{"2024-02-29T00:00:00Z", "2024-02-29T12:30:15.123456Z", "0001-01-01T00:00:00Z"}},
	{value.Type{Kind: value.Duration}, []string{"00:00:00", "1 02:03:04", "-1 23:59:59.500000", "00:00:00.000001", "-10 00:00:00"}},
	{value.Type{Kind: value.UUID}, []string{"01234567-89ab-cdef-0123-456789abcdef"}},
	{value.Type{Kind: value.IP}, []string{"10.0.0.1", "2001:db8::1"}},
	{value.Type{Kind: value.JSON}, []string{`{"a":[1,2]}`, `[]`, `"q"`, `17`, `1.5`, `true`, `"2024-02-29"`, `"12.50"`, `null`}},
	{value.Type{Kind: value.Email}, []string{"a@b.de"}},
	{value.Type{Kind: value.Image}, []string{"covers/a.png"}},
}

// TestConversions holds the SQL of every pair of types against the codecs: what it says converts is what reading the
// wire form gives, exactly, unless it says that a part is lost.
func TestConversions(t *testing.T) {
	e := dbtest.Open(t)
	exclusive(t, e, func(conn db.Conn) {
		for _, from := range samples {
			for _, to := range samples {
				conv, ok := convert(`"c"`, from.t, to.t)
				if !ok || from.t == to.t {
					continue
				}
				for _, text := range from.values {
					checkConversion(t, conn, conv, from.t, to.t, text)
				}
			}
		}
	})
}

func checkConversion(t *testing.T, conn db.Conn, conv conversion, from, to value.Type, text string) {
	t.Helper()
	name := typeName(from) + " " + text + " to " + typeName(to)
	v, err := from.Parse(text)
	if err != nil {
		t.Fatalf("%s: bad sample: %v", name, err)
	}
	condition := func(s string) string {
		if s == "" {
			return "FALSE"
		}
		return s
	}
	var got value.Value
	var failed, lossy bool
	sql := "SELECT (" + condition(conv.fails) + "), (" + condition(conv.lossy) + "), " + conv.converted(`"c"`, "NULL") + " FROM t"
	_, err = conn.Exec(`CREATE TEMP TABLE IF NOT EXISTS t (c)`)
	if err == nil {
		_, err = conn.Exec("DELETE FROM t")
	}
	if err == nil {
		_, err = conn.Exec("INSERT INTO t VALUES ($1)", sqlb.Arg{Type: from, Value: v})
	}
	if err == nil {
		err = conn.Query(sql, nil, func(r db.Row) error {
			failed, lossy, got = r.Int(0) != 0, r.Int(1) != 0, r.Value(2, to)
			return nil
		})
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, sql)
		return
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
	case failed && got != value.Null:
		t.Errorf("%s: failed, but is %v", name, got)
	case failed:
		if wantErr == nil && !narrower(from, to, text) {
			t.Errorf("%s: says it fails, but %v is meant", name, want)
		}
	case lossy:
	case wantErr != nil && !wider(from, to):
		t.Errorf("%s: converts to %v, but codec says %v", name, got, wantErr)
	case wantErr == nil && got != want:
		t.Errorf("%s: converts to %#v, want %#v", name, got, want)
	}
}

// narrower lists what the codecs read and plain SQL does not.
func narrower(from, to value.Type, text string) bool {
	switch {
	case from.Kind == value.JSON:
		return text == "null" || text == "true" || to.Kind == value.Duration || to.Kind == value.UUID
	case to.Kind == value.IP:
		return strings.Contains(text, ":")
	case from.IsText() && to.Kind == value.Duration: // seconds alone, and Django's other spellings
		return !strings.Contains(text, ":") || strings.Count(text, ":") == 1 || text == "12:61:00"
	case from.IsText() && (to.Kind == value.Date || to.Kind == value.Time || to.Kind == value.DateTime):
		return !strings.ContainsAny(text, "-:") || to.Kind == value.Time && len(text) == 2
	case from.IsText() && to.IsInteger():
		return strings.Contains(text, ".")
	case from.IsText():
		return text == "1e3" || text == "00012" || text == ""
	}
	return false
}

// wider lists conversions that do not go through the wire form.
func wider(from, to value.Type) bool {
	return from.Kind == value.FloatingPoint && to.IsInteger() || from.Kind == value.Date || from.Kind == value.DateTime || from.Kind == value.Boolean || to.Kind == value.Boolean ||
		from.Kind == value.JSON && to.IsText()
}
