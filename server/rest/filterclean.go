package rest

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/value"
)

var (
	nullCharacters = &Message{"Null characters are not allowed.", "null_characters_not_allowed"}
	notANumber     = &Message{"Enter a number.", "invalid"}
	tooLarge       = &Message{"Ensure this value is less than or equal to 1e+50.", "max_value"}
	notADate       = &Message{"Enter a valid date.", "invalid"}
	notADateTime   = &Message{"Enter a valid date/time.", "invalid"}
	notATime       = &Message{"Enter a valid time.", "invalid"}
	notADuration   = &Message{"Enter a valid duration.", "invalid"}
	longDuration   = &Message{"The number of days must be between -999999999 and 999999999.", "overflow"}
	notAUUID       = &Message{"Enter a valid UUID.", "invalid"}
	noSuchChoice   = &Message{"Select a valid choice. That choice is not one of the available choices.", "invalid_choice"}
)

func notOneOf(text string) *Message {
	return &Message{"Select a valid choice. " + text + " is not one of the available choices.", "invalid_choice"}
}

// clean passes one value through the filter's form field (django.forms.fields).
func (r *filterRun) clean(raw string) (c cleaned, wrong *Message, err error) {
	switch r.form {
	case keyForm:
		return r.cleanKey(raw)
	case choiceForm:
		c, wrong = r.cleanChoice(raw)
	case numberForm:
		c, wrong = r.cleanNumber(raw, true)
	case boolForm:
		c = cleanBool(raw)
	case uuidForm:
		c, wrong = cleanUUID(raw)
	case dateForm, dateTimeForm, timeForm, durationForm:
		c, wrong = cleanTemporal(r.form, raw)
	default:
		c, wrong = r.cleanChar(raw)
	}
	return c, wrong, nil
}

// cleanEnd passes an end of a range through its form field.
func (r *filterRun) cleanEnd(raw string) (cleaned, *Message) {
	if r.form == numberForm {
		return r.cleanNumber(raw, false)
	}
	return cleanTemporal(r.form, raw)
}

func (r *filterRun) cleanChar(raw string) (cleaned, *Message) {
	text := raw
	if op := r.lookup.Op(); !r.def.Raw || op != "in" && op != "range" {
		text = pyStrip(raw)
	}
	if strings.IndexByte(text, 0) >= 0 {
		return cleaned{}, nullCharacters
	}
	if r.lookup.Type().Kind == value.IP && strings.Contains(text, ":") {
		if a, err := netip.ParseAddr(text); err == nil {
			text = a.WithZone("").String()
		}
	}
	return cleaned{v: value.Text(text)}, nil
}

func (r *filterRun) cleanChoice(raw string) (cleaned, *Message) {
	if raw == "" {
		return cleaned{v: value.Text("")}, nil
	}
	if !slices.Contains(r.choices, raw) {
		return cleaned{}, notOneOf(raw)
	}
	v, err := r.lookup.Type().Parse(raw)
	if err != nil {
		return cleaned{}, notOneOf(raw)
	}
	return cleaned{v: v}, nil
}

// cleanBool is rest_framework's BooleanWidget: what is neither true nor false does not count.
func cleanBool(raw string) cleaned {
	switch strings.ToLower(raw) {
	case "1", "true":
		return cleaned{v: value.Bool(true)}
	case "0", "false":
		return cleaned{v: value.Bool(false)}
	}
	return cleaned{none: true}
}

// numberBound is NumberFilter's greatest value: the float 1e50, exactly.
var numberBound = value.Dec{Digits: "100000000000000007629769841091887003294964970946560"}

// cleanNumber is forms.DecimalField, and what the model field then makes of the number.
func (r *filterRun) cleanNumber(raw string, bounded bool) (cleaned, *Message) {
	if raw == "" {
		return cleaned{none: true}, nil
	}
	d, err := value.ParseDecimal(raw)
	if err != nil {
		return cleaned{}, notANumber
	}
	if bounded && !d.Neg && value.CompareDecimals(d, numberBound) > 0 {
		return cleaned{}, tooLarge
	}
	if textOps[r.lookup.Op()] {
		return cleaned{v: value.Text(pyStrip(raw))}, nil
	}
	return toNumber(d, r.lookup.Type()), nil
}

// textOps are the lookups that search in the text of a number.
var textOps = map[string]bool{"iexact": true, "contains": true, "icontains": true, "startswith": true, "istartswith": true,
	"endswith": true, "iendswith": true, "regex": true, "iregex": true}

// toNumber converts a number for a comparison with a field: for integers it is cut towards zero, as model fields do; a
// decimal with more places than the field has lies between two of its values.
func toNumber(d value.Dec, t value.Type) cleaned {
	sign := 1
	if d.Neg {
		sign = -1
	}
	switch t.Kind {
	case value.FloatingPoint:
		v, err := t.Parse(floatText(d))
		if err != nil {
			return cleaned{out: sign}
		}
		return cleaned{v: v}
	case value.Decimal:
		v, exact, err := floor(d, t)
		if err != nil {
			return cleaned{out: sign}
		}
		return cleaned{v: v, above: !exact}
	}
	n, ok := truncate(d)
	least, greatest := t.IntRange()
	if !ok || n < least || n > greatest {
		return cleaned{out: sign}
	}
	return cleaned{v: value.Int(n)}
}

// floor returns the greatest value of a decimal type that is not above d, and whether it is d itself.
func floor(d value.Dec, t value.Type) (v value.Value, exact bool, err error) {
	if v, exact, err = d.Round(t); err != nil || exact {
		return v, exact, err
	}
	if rounded, ok := value.DecimalOf(t, v); ok && value.CompareDecimals(rounded, d) > 0 {
		unit, _, err := value.Dec{Neg: true, Digits: "1", Exp: -t.Places}.Round(t)
		if err != nil {
			return v, false, err
		}
		v, err = t.Add(v, unit)
		return v, false, err
	}
	return v, false, nil
}

func floatText(d value.Dec) string {
	sign := ""
	if d.Neg {
		sign = "-"
	}
	return sign + d.Digits + "e" + itoa(d.Exp)
}

// truncate cuts a decimal to a 64-bit integer; false where there is none.
func truncate(d value.Dec) (int64, bool) {
	digits := d.Digits
	switch {
	case d.IsZero():
		return 0, true
	case len(digits)+d.Exp > 19:
		return 0, false
	case len(digits)+d.Exp <= 0:
		return 0, true
	case d.Exp < 0:
		digits = digits[:len(digits)+d.Exp]
	default:
		digits += strings.Repeat("0", d.Exp)
	}
	if d.Neg {
		digits = "-" + digits
	}
	n, err := parseInt64(digits)
	return n, err == nil
}

// cleanUUID is forms.UUIDField: Python's uuid.UUID also takes braces, "urn:uuid:" and digits without dashes.
func cleanUUID(raw string) (cleaned, *Message) {
	text := pyStrip(raw)
	if text == "" {
		return cleaned{none: true}, nil
	}
	digits, ok := uuidDigits(text)
	if !ok {
		return cleaned{}, notAUUID
	}
	return cleaned{v: value.Text(digits)}, nil
}

func uuidDigits(text string) (string, bool) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "urn:", ""), "uuid:", "")
	text = strings.ToLower(strings.ReplaceAll(strings.Trim(text, "{}"), "-", ""))
	if len(text) != 32 {
		return "", false
	}
	for i := range len(text) {
		if !hexDigit(text[i]) {
			return "", false
		}
	}
	return text, true
}

// cleanTemporal is forms.DateField, TimeField and DurationField, and django-filter's IsoDateTimeField.
func cleanTemporal(f form, raw string) (cleaned, *Message) {
	if raw == "" {
		return cleaned{none: true}, nil
	}
	switch f {
	case dateForm:
		if t, ok := parseInputDate(pyStrip(raw)); ok {
			return cleaned{v: value.FormatDate(t)}, nil
		}
		return cleaned{}, notADate
	case timeForm:
		if d, ok := parseInputTime(pyStrip(raw)); ok {
			return cleaned{v: value.FormatTime(d)}, nil
		}
		return cleaned{}, notATime
	case dateTimeForm:
		t, err := value.ParseDateTime(pyStrip(raw))
		switch {
		case errors.Is(err, value.ErrRange) && strings.HasPrefix(pyStrip(raw), "0001"):
			return cleaned{out: -1}, nil
		case errors.Is(err, value.ErrRange):
			return cleaned{out: 1}, nil
		case err != nil:
			return cleaned{}, notADateTime
		}
		return cleaned{v: value.FormatDateTime(t)}, nil
	}
	us, err := value.ParseDuration(raw)
	switch {
	case errors.Is(err, value.ErrRange):
		return cleaned{}, longDuration
	case err != nil:
		return cleaned{}, notADuration
	}
	return cleaned{v: value.Int(us)}, nil
}
