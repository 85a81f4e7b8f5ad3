package value

import "strconv"

// AppendJSON appends the wire form of v (what DRF renders) to dst. A value whose storage class is not the one of t,
// as an adopted table may hold, is rendered by its class, so that the result is always valid JSON.
func (t Type) AppendJSON(dst []byte, v Value) []byte {
	switch v.class {
	case ClassNull:
		return append(dst, "null"...)
	case ClassInt:
		return t.appendInt(dst, v.n)
	case ClassFloat:
		if t.Kind == Decimal {
			return append(t.appendFloatDecimal(append(dst, '"'), v), '"')
		}
		return appendFloatJSON(dst, v.Float())
	}
	switch t.Kind {
	case UUID, DateTime, Date, Time:
		dst = append(dst, '"')
		n := len(dst)
		if dst = t.appendPlain(dst, v.s); len(dst) > n {
			return append(dst, '"')
		}
		return AppendJSONString(dst[:n-1], v.s)
	case Decimal:
		dst = append(dst, '"')
		dst = appendWide(dst, v.s, t.Places)
		return append(dst, '"')
	case JSON:
		return append(dst, v.s...)
	}
	return AppendJSONString(dst, v.s)
}

func (t Type) appendInt(dst []byte, n int64) []byte {
	switch t.Kind {
	case Boolean:
		return strconv.AppendBool(dst, n != 0)
	case FloatingPoint:
		return appendFloatJSON(dst, float64(n))
	case Decimal:
		dst = append(dst, '"')
		dst = appendScaled(dst, n, t.Places)
		return append(dst, '"')
	case Duration:
		dst = append(dst, '"')
		dst = appendDuration(dst, n)
		return append(dst, '"')
	}
	return strconv.AppendInt(dst, n, 10)
}

// appendFloatDecimal appends a float that stands in a decimal column, as Django's own tables have it, with the places of
// the type; one that does not fit is appended as it is.
func (t Type) appendFloatDecimal(dst []byte, v Value) []byte {
	if d, ok := DecimalOf(t, v); ok {
		if fit, _, err := d.Round(t); err == nil {
			return t.AppendText(dst, fit)
		}
	}
	return AppendFloat(dst, v.Float())
}

// appendPlain appends the wire form of a stored text that needs no escaping, or nothing when the text does not have
// the stored form of t.
func (t Type) appendPlain(dst []byte, s string) []byte {
	switch {
	case t.Kind == UUID && len(s) == 32 && isHex(s):
		return appendUUID(dst, s)
	case t.Kind == DateTime && len(s) >= 19 && isClock(s[11:]) && isDate(s[:10]) && s[10] == ' ':
		dst = append(dst, s[:10]...)
		dst = append(dst, 'T')
		dst = append(dst, s[11:]...)
		return append(dst, 'Z')
	case t.Kind == Date && isDate(s), t.Kind == Time && isClock(s):
		return append(dst, s...)
	}
	return dst
}

// AppendText appends what String returns.
func (t Type) AppendText(dst []byte, v Value) []byte {
	switch v.class {
	case ClassNull:
		return dst
	case ClassText:
		switch t.Kind {
		case UUID, DateTime, Date, Time:
			n := len(dst)
			if dst = t.appendPlain(dst, v.s); len(dst) > n {
				return dst
			}
		case Decimal:
			return appendWide(dst, v.s, t.Places)
		}
		return append(dst, v.s...)
	case ClassFloat:
		if t.Kind == Decimal {
			return t.appendFloatDecimal(dst, v)
		}
		return AppendFloat(dst, v.Float())
	}
	switch t.Kind {
	case FloatingPoint:
		return AppendFloat(dst, float64(v.n))
	case Decimal:
		return appendScaled(dst, v.n, t.Places)
	case Duration:
		return appendDuration(dst, v.n)
	}
	return t.appendInt(dst, v.n)
}

// String returns the wire form of v as text: AppendJSON without quotes and escapes, "" for null.
func (t Type) String(v Value) string {
	if v.class == ClassText {
		switch t.Kind {
		case UUID, DateTime, Date, Time, Decimal:
		default:
			return v.s
		}
	}
	return string(t.AppendText(nil, v))
}

// Parse reads the stored form from a text: what String writes and all that DRF's field of that type accepts beside it
// (trimming is left to the caller). It checks form and storage, no declared limits: see IntRange and Dec.Check.
func (t Type) Parse(s string) (Value, error) {
	switch t.Kind {
	case UUID:
		return parseUUID(s)
	case IP:
		return parseIP(s)
	case FloatingPoint:
		return parseFloat(s)
	case Decimal:
		d, err := ParseDecimal(s)
		if err != nil {
			return Null, err
		}
		return d.Value(t)
	case Boolean:
		return parseBool(s)
	case Date, Time, DateTime, Duration:
		return t.parseTemporal(s)
	case JSON:
		return parseJSONText([]byte(s))
	}
	if t.IsInteger() {
		return parseInt(s)
	}
	return parseText(s)
}

// parseTemporal is Parse for dates, times and durations.
func (t Type) parseTemporal(s string) (Value, error) {
	switch t.Kind {
	case Date:
		d, err := ParseDate(s)
		if err != nil {
			return Null, err
		}
		return FormatDate(d), nil
	case Time:
		d, err := ParseTime(s)
		if err != nil {
			return Null, err
		}
		return FormatTime(d), nil
	case Duration:
		us, err := ParseDuration(s)
		if err != nil {
			return Null, err
		}
		return Int(us), nil
	}
	d, err := ParseDateTime(s)
	if err != nil {
		return Null, err
	}
	return FormatDateTime(d), nil
}

// FromJSON reads the stored form from one JSON literal as DRF's field of that type does: a number may stand for a text,
// a text for a number; null is Null. It checks form and storage, no declared limits.
func (t Type) FromJSON(raw []byte) (Value, error) {
	raw = trimJSON(raw)
	if len(raw) == 0 {
		return Null, ErrSyntax
	}
	if string(raw) == "null" {
		return Null, nil
	}
	if t.Kind == JSON {
		return parseJSONText(raw)
	}
	switch raw[0] {
	case '"':
		s, err := UnquoteJSON(raw)
		if err != nil {
			return Null, err
		}
		return t.Parse(s)
	case 't', 'f':
		return t.fromJSONBool(raw)
	case '{', '[':
		return Null, ErrSyntax
	}
	if !isJSONNumber(raw) {
		return Null, ErrSyntax
	}
	return t.fromJSONNumber(string(raw))
}

// fromJSONBool reads true and false, which Python counts as numbers only where DRF does not look.
func (t Type) fromJSONBool(raw []byte) (Value, error) {
	truth := string(raw) == "true"
	switch {
	case !truth && string(raw) != "false":
		return Null, ErrSyntax
	case t.Kind == Boolean:
		return Bool(truth), nil
	case t.Kind == FloatingPoint && truth:
		return Float(1), nil
	case t.Kind == FloatingPoint:
		return Float(0), nil
	}
	return Null, ErrSyntax
}
