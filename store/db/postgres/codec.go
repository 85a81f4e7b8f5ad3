package postgres

import (
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// oidOf is the type that a parameter is sent as, so that PostgreSQL need not guess it.
func oidOf(t value.Type) uint32 {
	switch t.Kind {
	case value.SmallInteger, value.Integer, value.BigInteger,
		value.PositiveSmallInteger, value.PositiveInteger, value.PositiveBigInteger:
		return pgtype.Int8OID
	case value.FloatingPoint:
		return pgtype.Float8OID
	case value.Decimal:
		return pgtype.NumericOID
	case value.Boolean:
		return pgtype.BoolOID
	case value.Date:
		return pgtype.DateOID
	case value.Time:
		return pgtype.TimeOID
	case value.DateTime:
		return pgtype.TimestamptzOID
	case value.Duration:
		return pgtype.IntervalOID
	case value.UUID:
		return pgtype.UUIDOID
	case value.JSON:
		return pgtype.JSONOID
	}
	return pgtype.TextOID
}

// noNUL stands for U+0000, which PostgreSQL has in no text, where something is only looked for: it sorts as low, and is
// found as little.
const noNUL = "\x01\U0010ffff\x01"

// encode returns a parameter in PostgreSQL's text form, nil for null.
func encode(a sqlb.Arg, reading bool) []byte {
	v, t := a.Value, a.Type
	switch {
	case v.IsNull():
		return nil
	case t.Kind == value.Boolean:
		return strconv.AppendBool(nil, v.Bool())
	case t.Kind == value.Duration:
		return append(strconv.AppendInt(nil, v.Int(), 10), " microseconds"...)
	case t.Kind == value.DateTime:
		return append([]byte(v.Text()), "+00"...)
	case t.Kind == value.Decimal:
		return t.AppendText(nil, v)
	case v.Class() == value.ClassInt:
		return strconv.AppendInt(nil, v.Int(), 10)
	case v.Class() == value.ClassFloat:
		return strconv.AppendFloat(nil, v.Float(), 'g', -1, 64)
	}
	if reading && strings.IndexByte(v.Text(), 0) >= 0 {
		return []byte(strings.ReplaceAll(v.Text(), "\x00", noNUL))
	}
	return []byte(v.Text())
}

// decode returns the stored form of a column's text. The column's own type says how it is written, t what it stands for.
func decode(oid uint32, text []byte, t value.Type) (value.Value, error) {
	s := string(text)
	switch oid {
	case pgtype.BoolOID:
		return value.Bool(s == "t"), nil
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		n, err := strconv.ParseInt(s, 10, 64)
		return value.Int(n), err
	case pgtype.Float4OID, pgtype.Float8OID:
		f, err := strconv.ParseFloat(s, 64)
		return value.Float(f), err
	case pgtype.NumericOID:
		return decodeNumeric(s, t)
	case pgtype.TimestamptzOID, pgtype.TimestampOID:
		return value.Text(micros(strings.TrimSuffix(s, "+00"))), nil
	case pgtype.TimeOID:
		return value.Text(micros(s)), nil
	case pgtype.UUIDOID:
		return value.Text(strings.ReplaceAll(s, "-", "")), nil
	case pgtype.IntervalOID:
		n, err := parseInterval(s)
		return value.Int(n), err
	}
	return value.Text(s), nil
}

// decodeNumeric reads a numeric, which is also what a sum of integers is.
func decodeNumeric(s string, t value.Type) (value.Value, error) {
	switch {
	case t.Kind == value.Decimal:
		return t.Parse(s)
	case t.IsInteger():
		n, err := strconv.ParseInt(s, 10, 64)
		return value.Int(n), err
	}
	f, err := strconv.ParseFloat(s, 64)
	return value.Float(f), err
}

// micros completes a fraction of seconds to six digits, as Django writes it.
func micros(s string) string {
	point := strings.LastIndexByte(s, '.')
	if point < 0 {
		return s
	}
	return s + "000000"[:max(0, 6-(len(s)-point-1))]
}

var errInterval = errors.New("postgres: an interval in another style than postgres")

// parseInterval reads an interval in IntervalStyle postgres ("1 mon -2 days 03:04:05.6") as microseconds. What Couplet
// writes has no days; of others' values a month has thirty.
func parseInterval(s string) (int64, error) {
	const day = 86_400_000_000
	units := map[string]int64{"year": 360 * day, "years": 360 * day, "mon": 30 * day, "mons": 30 * day, "day": day, "days": day}
	var sum int64
	words := strings.Fields(s)
	for i := 0; i < len(words); i++ {
		if strings.IndexByte(words[i], ':') > 0 {
			us, err := parseClock(words[i])
			if err != nil {
				return 0, err
			}
			sum += us
			continue
		}
		n, err := strconv.ParseInt(words[i], 10, 64)
		if err != nil || i+1 == len(words) || units[words[i+1]] == 0 {
			return 0, errInterval
		}
		i++
		sum += n * units[words[i]]
	}
	return sum, nil
}

// parseClock reads [-]HH:MM:SS[.ffffff], of any number of hours.
func parseClock(s string) (int64, error) {
	clock := strings.TrimLeft(s, "+-")
	parts := strings.Split(clock, ":")
	if len(parts) != 3 {
		return 0, errInterval
	}
	whole, fraction, _ := strings.Cut(parts[2], ".")
	var sum uint64
	for _, p := range []struct {
		text string
		unit uint64
	}{{parts[0], 3_600_000_000}, {parts[1], 60_000_000}, {whole, 1_000_000}, {(fraction + "000000")[:6], 1}} {
		n, err := strconv.ParseUint(p.text, 10, 64)
		if err != nil {
			return 0, errInterval
		}
		sum += n * p.unit
	}
	if s[0] == '-' {
		return -int64(sum), nil
	}
	return int64(sum), nil
}
