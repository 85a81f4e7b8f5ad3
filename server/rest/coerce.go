package rest

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// maxNumberText is DRF's MAX_STRING_LENGTH for numbers.
const maxNumberText = 1000

const (
	dateFormat     = "YYYY-MM-DD"
	timeFormat     = "hh:mm[:ss[.uuuuuu]]"
	dateTimeFormat = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]"
	durationFormat = "[DD] [HH:[MM:]]ss[.uuuuuu]"
)

func invalid(text string) *Message { return &Message{text, "invalid"} }

// coerce turns a value that is neither missing nor null into the field's stored form (DRF: to_internal_value).
func (f *field) coerce(in *Node) (value.Value, *Message) {
	switch f.class {
	case charField, emailField, slugField, urlField:
		return f.coerceText(in)
	case ipField:
		return f.coerceIP(in)
	case integerField, bigIntegerField:
		return f.coerceInteger(in)
	case floatField:
		return coerceFloat(in)
	case decimalField:
		return f.coerceDecimal(in)
	case booleanField:
		return f.coerceBoolean(in)
	case dateField, timeField, dateTimeField, durationField:
		return f.coerceTemporal(in)
	case uuidField:
		return coerceUUID(in)
	case choiceField:
		return f.coerceChoice(in)
	}
	return f.coerceJSON(in)
}

func (f *field) coerceText(in *Node) (value.Value, *Message) {
	switch in.Kind {
	case StringNode, IntNode, FloatNode:
		return value.Text(pyStrip(in.Text)), nil
	}
	return value.Null, invalid(f.invalidText())
}

func (f *field) coerceInteger(in *Node) (value.Value, *Message) {
	if in.Kind == StringNode && longText(in.Text) {
		return value.Null, &Message{"String value too large.", "max_string_length"}
	}
	n, ok := pyInt(cutZeroFraction(in.PyString()))
	if !ok || in.Kind == ListNode || in.Kind == ObjectNode {
		if f.class == bigIntegerField {
			return value.Null, invalid("A valid biginteger is required.")
		}
		return value.Null, invalid("A valid integer is required.")
	}
	if n.IsInt64() {
		return value.Int(n.Int64()), nil
	}
	return value.Null, f.outOfRange(n)
}

// outOfRange words the error of an integer beyond 64 bits by the bound that it breaks.
func (f *field) outOfRange(n *big.Int) *Message {
	low, high := f.typ.IntRange()
	if n.Sign() < 0 {
		return &Message{"Ensure this value is greater than or equal to " + f.limitText(*orInt(f.min, low)) + ".", "min_value"}
	}
	return &Message{"Ensure this value is less than or equal to " + f.limitText(*orInt(f.max, high)) + ".", "max_value"}
}

func longText(s string) bool { return len(s) > maxNumberText && codePoints(s) > maxNumberText }

// cutZeroFraction drops ".", ".0", ".00 " from the end, as DRF's IntegerField does.
func cutZeroFraction(s string) string {
	t := strings.TrimRight(strings.TrimRightFunc(s, pySpace), "0")
	if strings.HasSuffix(t, ".") {
		return t[:len(t)-1]
	}
	return s
}

func coerceFloat(in *Node) (value.Value, *Message) {
	bad := invalid("A valid number is required.")
	switch in.Kind {
	case BoolNode:
		if in.Bool {
			return value.Float(1), nil
		}
		return value.Float(0), nil
	case StringNode:
		if longText(in.Text) {
			return value.Null, &Message{"String value too large.", "max_string_length"}
		}
	case IntNode:
		f, _ := new(big.Float).SetInt(in.Big()).Float64()
		if math.IsInf(f, 0) {
			return value.Null, &Message{"Integer value too large to convert to float", "overflow"}
		}
		return value.Float(f), nil
	case FloatNode:
	default:
		return value.Null, bad
	}
	f, ok := pyParseFloat(in.Text)
	if !ok || math.IsInf(f, 0) || math.IsNaN(f) {
		return value.Null, bad
	}
	return value.Float(f), nil
}

func (f *field) coerceDecimal(in *Node) (value.Value, *Message) {
	text := pyStrip(in.PyString())
	if longText(text) {
		return value.Null, &Message{"String value too large.", "max_string_length"}
	}
	d, err := value.ParseDecimal(text)
	if err != nil || in.Kind == FileNode {
		return value.Null, invalid("A valid number is required.")
	}
	switch err := d.Check(f.typ); {
	case errors.Is(err, value.ErrDigits):
		return value.Null, &Message{fmt.Sprintf("Ensure that there are no more than %d digits in total.", f.typ.Digits), "max_digits"}
	case errors.Is(err, value.ErrPlaces):
		return value.Null, &Message{
			fmt.Sprintf("Ensure that there are no more than %d decimal places.", f.typ.Places), "max_decimal_places",
		}
	case err != nil:
		return value.Null, &Message{
			fmt.Sprintf("Ensure that there are no more than %d digits before the decimal point.", f.typ.Digits-f.typ.Places),
			"max_whole_digits",
		}
	}
	v, err := d.Value(f.typ)
	if err != nil {
		return value.Null, invalid("A valid number is required.")
	}
	return v, nil
}

func (f *field) coerceBoolean(in *Node) (value.Value, *Message) {
	switch in.Kind {
	case BoolNode:
		return value.Bool(in.Bool), nil
	case IntNode, FloatNode:
		if in.Text == "1" || in.Text == "1.0" {
			return value.Bool(true), nil
		}
		if in.Text == "0" || in.Text == "0.0" || in.Text == "-0.0" {
			return value.Bool(false), nil
		}
	case StringNode:
		switch strings.ToLower(in.Text) {
		case "t", "y", "yes", "true", "on", "1":
			return value.Bool(true), nil
		case "f", "n", "no", "false", "off", "0":
			return value.Bool(false), nil
		case "null", "":
			if f.allowNull {
				return value.Null, nil
			}
		}
	}
	return value.Null, invalid("Must be a valid boolean.")
}

func (f *field) coerceTemporal(in *Node) (value.Value, *Message) {
	if f.class == durationField {
		return coerceDuration(in)
	}
	v, err := value.Null, value.ErrSyntax
	if in.Kind == StringNode {
		v, err = f.typ.Parse(in.Text)
	}
	switch {
	case err == nil:
		return v, nil
	case f.class == dateField:
		return v, invalid("Date has wrong format. Use one of these formats instead: " + dateFormat + ".")
	case f.class == timeField:
		return v, invalid("Time has wrong format. Use one of these formats instead: " + timeFormat + ".")
	case errors.Is(err, value.ErrRange):
		return v, &Message{"Datetime value out of range.", "overflow"}
	}
	return v, invalid("Datetime has wrong format. Use one of these formats instead: " + dateTimeFormat + ".")
}

func coerceDuration(in *Node) (value.Value, *Message) {
	us, err := value.ParseDuration(in.PyString())
	switch {
	case errors.Is(err, value.ErrRange):
		return value.Null, &Message{"The number of days must be between -999999999 and 999999999.", "overflow"}
	case err != nil:
		return value.Null, invalid("Duration has wrong format. Use one of these formats instead: " + durationFormat + ".")
	}
	return value.Int(us), nil
}

func coerceUUID(in *Node) (value.Value, *Message) {
	n := new(big.Int)
	ok := false
	switch in.Kind {
	case BoolNode:
		if ok = true; in.Bool {
			n.SetInt64(1)
		}
	case IntNode:
		n, ok = in.Big(), true
	case StringNode:
		n, ok = pyUUID(in.Text)
	}
	if !ok || n.Sign() < 0 || n.BitLen() > 128 {
		return value.Null, invalid("Must be a valid UUID.")
	}
	return value.Text(fmt.Sprintf("%032x", n)), nil
}

// pyUUID reads as Python's uuid.UUID(hex=…) does: it drops urn:, uuid:, outer braces and hyphens, and then
// takes 32 characters that int(…, 16) understands.
func pyUUID(s string) (*big.Int, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "urn:", ""), "uuid:", "")
	s = strings.ReplaceAll(strings.Trim(s, "{}"), "-", "")
	if codePoints(s) != 32 {
		return nil, false
	}
	s = strings.TrimPrefix(asciiDigits(pyStrip(s)), "+")
	if t := strings.TrimPrefix(strings.ToLower(s), "0x"); len(t) != len(s) {
		s = strings.TrimPrefix(t, "_")
	}
	s, ok := dropUnderscores(s, hexDigit)
	if !ok || s == "" {
		return nil, false
	}
	for i := range len(s) {
		if !hexDigit(s[i]) {
			return nil, false
		}
	}
	return new(big.Int).SetString(s, 16)
}

func (f *field) coerceChoice(in *Node) (value.Value, *Message) {
	if in.IsEmptyString() && f.allowBlank {
		return value.Text(""), nil
	}
	text := in.PyString()
	if v, ok := f.choiceOf[text]; ok {
		return v, nil
	}
	return value.Null, &Message{`"` + text + `" is not a valid choice.`, "invalid_choice"}
}

func (f *field) coerceJSON(in *Node) (value.Value, *Message) {
	bad := invalid("Value must be valid JSON.")
	if in.JSON {
		parsed, err := parseJSONText(in.Text)
		if err != nil {
			return value.Null, bad
		}
		in = parsed
	}
	text, ok := in.appendJSON(nil)
	if !ok {
		return value.Null, bad
	}
	return value.Text(string(text)), nil
}

func (f *field) coerceIP(in *Node) (value.Value, *Message) {
	bad := invalid("Enter a valid IPv4 or IPv6 address.")
	if in.Kind != StringNode {
		return value.Null, bad
	}
	text := in.Text
	if !strings.Contains(text, ":") {
		text = pyStrip(text)
	}
	v, err := f.typ.Parse(text)
	switch {
	case err == nil:
		return v, nil
	case strings.Contains(text, ":"):
		return value.Null, bad
	}
	return value.Text(text), nil // refused by the validators, after the one for NUL
}
