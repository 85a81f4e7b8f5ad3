package value_test

import (
	"errors"
	"testing"

	"github.com/couplet/couplet/store/value"
)

func kind(k value.Kind) value.Type { return value.Type{Kind: k} }

func dec(digits, places int) value.Type {
	return value.Type{Kind: value.Decimal, Digits: digits, Places: places}
}

// TestParse reads texts and shows the stored form and the wire form.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		typ    value.Type
		in     string
		stored value.Value
		wire   string
	}{
		{kind(value.Char), "é\"\\\n\u2028", value.Text("é\"\\\n\u2028"), `"é\"\\\n\u2028"`},
		{kind(value.Textual), "\x01\x7f\b\f", value.Text("\x01\x7f\b\f"), `"\u0001` + "\x7f" + `\b\f"`},
		{kind(value.UUID), "{12345678-1234-5678-1234-56781234567A}", value.Text("1234567812345678123456781234567a"), `"12345678-1234-5678-1234-56781234567a"`},
		{kind(value.UUID), "urn:uuid:12345678123456781234567812345678", value.Text("12345678123456781234567812345678"), `"12345678-1234-5678-1234-567812345678"`},
		{kind(value.IP), "::FFFF:1.2.3.4", value.Text("1.2.3.4"), `"1.2.3.4"`},
		{kind(value.IP), "2001:DB8:0:0:0:0:0:1", value.Text("2001:db8::1"), `"2001:db8::1"`},
		{kind(value.IP), "fe80::1%eth0", value.Text("fe80::1"), `"fe80::1"`},
		{kind(value.Integer), " 1_000.00 ", value.Int(1000), `1000`},
		{kind(value.BigInteger), "-9223372036854775808", value.Int(-9223372036854775808), `-9223372036854775808`},
		{kind(value.SmallInteger), "٤٢", value.Int(42), `42`},
		{kind(value.FloatingPoint), "1", value.Float(1), `1.0`},
		{kind(value.FloatingPoint), "1e16", value.Float(1e16), `1e+16`},
		{kind(value.FloatingPoint), "123456789012345680", value.Float(123456789012345680), `1.2345678901234568e+17`},
		{kind(value.FloatingPoint), "9999999999999998", value.Float(9999999999999998), `9999999999999998.0`},
		{kind(value.FloatingPoint), ".00001", value.Float(1e-5), `1e-05`},
		{kind(value.FloatingPoint), "0.0001", value.Float(0.0001), `0.0001`},
		{kind(value.FloatingPoint), "5e-324", value.Float(5e-324), `5e-324`},
		{dec(10, 2), "9.5", value.Int(950), `"9.50"`},
		{dec(10, 2), "-0.05", value.Int(-5), `"-0.05"`},
		{dec(10, 2), "1_0e2", value.Int(100000), `"1000.00"`},
		{dec(10, 2), "-0.00", value.Int(0), `"0.00"`},
		{dec(10, 2), "1.5000", value.Int(150), `"1.50"`},
		{dec(18, 18), ".000000000000000001", value.Int(1), `"0.000000000000000001"`},
		{dec(5, 0), "12345", value.Int(12345), `"12345"`},
		{dec(20, 2), "1.5", value.Text("p00000000000000000150"), `"1.50"`},
		{dec(20, 2), "-1.5", value.Text("n99999999999999999849"), `"-1.50"`},
		{dec(20, 2), "-0", value.Text("p00000000000000000000"), `"0.00"`},
		{dec(20, 20), "-.5", value.Text("n49999999999999999999"), `"-0.50000000000000000000"`},
		{kind(value.Boolean), "YES", value.Int(1), `true`},
		{kind(value.Boolean), "0", value.Int(0), `false`},
		{kind(value.Date), "19991231", value.Text("1999-12-31"), `"1999-12-31"`},
		{kind(value.Date), "2024-5-1", value.Text("2024-05-01"), `"2024-05-01"`},
		{kind(value.Time), "9:05", value.Text("09:05:00"), `"09:05:00"`},
		{kind(value.Time), "090507.5", value.Text("09:05:07.500000"), `"09:05:07.500000"`},
		{kind(value.DateTime), "2024-05-01", value.Text("2024-05-01 00:00:00"), `"2024-05-01T00:00:00Z"`},
		{kind(value.DateTime), "2024-05-01T12:00:00.1234567+02:30", value.Text("2024-05-01 09:30:00.123456"), `"2024-05-01T09:30:00.123456Z"`},
		{kind(value.DateTime), "2024-W18-3T12", value.Text("2024-05-01 12:00:00"), `"2024-05-01T12:00:00Z"`},
		{kind(value.Duration), "1 02:03:04.5", value.Int(93784500000), `"1 02:03:04.500000"`},
		{kind(value.Duration), "-00:00:01", value.Int(-1000000), `"-1 23:59:59"`},
		{kind(value.Duration), "", value.Int(0), `"00:00:00"`},
		{kind(value.Duration), "P1DT2H3M4S", value.Int(93784000000), `"1 02:03:04"`},
		{kind(value.JSON), " {\"b\": 1.50, \"a\": [ ], \"b\": \"\\u00e9\\u2028\"} ", value.Text(`{"b":"é\u2028","a":[]}`), `{"b":"é\u2028","a":[]}`},
	} {
		got, err := c.typ.Parse(c.in)
		if err != nil || got != c.stored {
			t.Errorf("%v Parse(%q) = %v %v, want %v", c.typ, c.in, got, err, c.stored)
			continue
		}
		if wire := string(c.typ.AppendJSON(nil, got)); wire != c.wire {
			t.Errorf("%v wire of %q = %s, want %s", c.typ, c.in, wire, c.wire)
		}
		if again, err := c.typ.Parse(c.typ.String(got)); err != nil || again != got {
			t.Errorf("%v Parse(String(%v)) = %v, %v", c.typ, got, again, err)
		}
		if again, err := c.typ.FromJSON([]byte(c.wire)); err != nil || again != got {
			t.Errorf("%v FromJSON(%s) = %v, %v", c.typ, c.wire, again, err)
		}
	}
}

// TestParseErrors reads what must be refused.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		typ  value.Type
		in   string
		want error
	}{
		{kind(value.Char), "a\x00b", value.ErrNull},
		{kind(value.Char), "a\xff", value.ErrSurrogate},
		{kind(value.Integer), "1e2", value.ErrSyntax},
		{kind(value.Integer), "1.5", value.ErrSyntax},
		{kind(value.Integer), "", value.ErrSyntax},
		{kind(value.Integer), "+", value.ErrSyntax},
		{kind(value.Integer), "+-1", value.ErrSyntax},
		{kind(value.Integer), "1__0", value.ErrSyntax},
		{kind(value.Integer), "0x10", value.ErrSyntax},
		{kind(value.Integer), "9223372036854775808", value.ErrRange},
		{kind(value.FloatingPoint), "nan", value.ErrSyntax},
		{kind(value.FloatingPoint), "inf", value.ErrSyntax},
		{kind(value.FloatingPoint), "0x1p-2", value.ErrSyntax},
		{kind(value.FloatingPoint), "1e400", value.ErrRange},
		{kind(value.FloatingPoint), "1_", value.ErrSyntax},
		{dec(4, 2), "NaN", value.ErrSyntax},
		{dec(4, 2), "1.234", value.ErrPlaces},
		{dec(4, 2), "123", value.ErrWhole},
		{dec(20, 2), "1e19", value.ErrWhole},
		{dec(4, 2), "1e999999999999999999999", value.ErrRange},
		{dec(4, 2), "1e-999999999999999999999", value.ErrRange},
		{dec(4, 2), ".", value.ErrSyntax},
		{dec(4, 2), "1e", value.ErrSyntax},
		{kind(value.Boolean), "maybe", value.ErrSyntax},
		{kind(value.UUID), "1234", value.ErrSyntax},
		{kind(value.IP), "01.2.3.4", value.ErrSyntax},
		{kind(value.IP), "1.2.3", value.ErrSyntax},
		{kind(value.Date), "2024-02-30", value.ErrSyntax},
		{kind(value.Date), "2023-W53-1", value.ErrSyntax},
		{kind(value.DateTime), "0001-01-01T00:00:00+01:00", value.ErrRange},
		{kind(value.DateTime), "9999-12-31T23:59:59-01:00", value.ErrRange},
		{kind(value.DateTime), "2024-05-01T24:00", value.ErrSyntax},
		{kind(value.Time), "25:00", value.ErrSyntax},
		{kind(value.Duration), "99999999999999999999", value.ErrRange},
		{kind(value.Duration), "1:2:3:4", value.ErrSyntax},
		{kind(value.JSON), `{"a":1,}`, value.ErrSyntax},
		{kind(value.JSON), `"\ud800"`, value.ErrSurrogate},
		{kind(value.JSON), `"\u0000"`, value.ErrNull},
		{kind(value.JSON), `NaN`, value.ErrSyntax},
		{kind(value.JSON), `01`, value.ErrSyntax},
		{kind(value.JSON), `[1 2]`, value.ErrSyntax},
		{kind(value.JSON), ``, value.ErrSyntax},
	} {
		if got, err := c.typ.Parse(c.in); !errors.Is(err, c.want) {
			t.Errorf("%v Parse(%q) = %v, %v, want %v", c.typ, c.in, got, err, c.want)
		}
	}
}
