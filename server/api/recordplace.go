package api

import (
	"encoding/base64"
	"encoding/json"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/value"
)

// encodePlace writes a place and the order in which it is one.
func encodePlace(place []value.Value, order string) string {
	parts := []any{order}
	for _, v := range place {
		switch v.Class() {
		case value.ClassNull:
			parts = append(parts, nil)
		case value.ClassInt:
			parts = append(parts, "i"+strconv.FormatInt(v.Int(), 10))
		case value.ClassFloat:
			parts = append(parts, "f"+strconv.FormatFloat(v.Float(), 'g', -1, 64))
		case value.ClassText:
			parts = append(parts, "t"+v.Text())
		}
	}
	b, _ := json.Marshal(parts) //nolint:errchkjson // texts and nulls only
	return base64.RawURLEncoding.EncodeToString(b)
}

// badPlace is the answer to an after= or before= that is no place in the order.
func badPlace(name string) error {
	text := "This is not the next of a page in this order."
	if name == "before" {
		text = "This is not the prev of a page in this order."
	}
	return rest.Validation(rest.FieldError(name, text, "invalid"))
}

// decodePlace reads what encodePlace wrote for the same order.
func decodePlace(text, order string) (place []value.Value, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	var parts []*string
	if err != nil || json.Unmarshal(b, &parts) != nil || len(parts) < 2 || parts[0] == nil || *parts[0] != order {
		return nil, false
	}
	parts = parts[1:]
	place = make([]value.Value, len(parts))
	for i, p := range parts {
		if p == nil || *p == "" {
			continue
		}
		var err error
		switch rest := (*p)[1:]; (*p)[0] {
		case 'i':
			var n int64
			n, err = strconv.ParseInt(rest, 10, 64)
			place[i] = value.Int(n)
		case 'f':
			var f float64
			f, err = strconv.ParseFloat(rest, 64)
			place[i] = value.Float(f)
		default:
			place[i] = value.Text(rest)
		}
		if err != nil {
			return nil, false
		}
	}
	return place, true
}
