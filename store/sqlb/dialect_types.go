package sqlb

import (
	"strconv"

	"github.com/couplet/couplet/store/value"
)

// ColumnType returns the type that a column of t is declared with. On SQLite it only chooses the affinity, so several
// kinds share one; lengths and ranges are the store's to check on both engines, so that changing one rewrites nothing.
func (d Dialect) ColumnType(t value.Type) string {
	if d == PostgreSQL {
		return postgresType(t)
	}
	switch t.Kind {
	case value.SmallInteger, value.Integer, value.BigInteger,
		value.PositiveSmallInteger, value.PositiveInteger, value.PositiveBigInteger, value.Duration:
		return "integer"
	case value.FloatingPoint:
		return "real"
	case value.Decimal:
		if t.Scaled() {
			return "integer"
		}
		return "text"
	case value.Boolean:
		return "bool"
	case value.Date, value.Time, value.DateTime:
		return string(t.Kind)
	}
	return "text"
}

func postgresType(t value.Type) string {
	switch t.Kind {
	case value.SmallInteger, value.Integer, value.BigInteger,
		value.PositiveSmallInteger, value.PositiveInteger, value.PositiveBigInteger:
		return "bigint"
	case value.Duration:
		return "interval"
	case value.FloatingPoint:
		return "double precision"
	case value.Decimal:
		return "numeric(" + strconv.Itoa(t.Digits) + "," + strconv.Itoa(t.Places) + ")"
	case value.Boolean:
		return "boolean"
	case value.Date:
		return "date"
	case value.Time:
		return "time without time zone"
	case value.DateTime:
		return "timestamp with time zone"
	case value.UUID:
		return "uuid"
	case value.JSON:
		return "json"
	}
	return "text"
}
