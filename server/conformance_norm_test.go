package server_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
)

// object is a JSON object that remembers the order of its keys. A key that comes twice keeps its first place and its
// last value, as Python's dict does.
type object struct {
	keys   []string
	values map[string]any
}

func (o *object) set(key string, v any) {
	if _, there := o.values[key]; !there {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// decode reads one JSON value: nil, bool, string, *big.Int, float64, []any or *object.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := decodeValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("extra data after the JSON value")
	}
	return v, nil
}

func decodeValue(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Number:
		return number(t)
	case json.Delim:
		if t == '[' {
			return decodeList(d)
		}
		return decodeObject(d)
	}
	return tok, nil
}

func decodeList(d *json.Decoder) (any, error) {
	list := []any{}
	for d.More() {
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func decodeObject(d *json.Decoder) (any, error) {
	o := &object{values: map[string]any{}}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		o.set(key.(string), v)
	}
	_, err := d.Token()
	return o, err
}

func number(n json.Number) (any, error) {
	if !strings.ContainsAny(n.String(), ".eE") {
		i, ok := new(big.Int).SetString(n.String(), 10)
		if !ok {
			return nil, fmt.Errorf("%q is no integer", n)
		}
		return i, nil
	}
	return n.Float64()
}

var (
	jwtForm   = regexp.MustCompile(`^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$`)
	stampForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$`)
	uuidForm  = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b`)
)

// volatile are the parts of a text that differ from run to run, or whose wording is the parser's own.
var volatile = []struct {
	form *regexp.Regexp
	by   string
}{
	{uuidForm, "{{uuid}}"},
	{regexp.MustCompile(`([?&]cursor=)[^&]+`), "${1}{{cursor}}"},
	{regexp.MustCompile(`(?s)^((JSON|Multipart form) parse error - |CSRF Failed: ).*`), "${1}{{any}}"},
	{regexp.MustCompile(`(available in )\d+ seconds?`), "${1}{{n}} seconds"},
	{regexp.MustCompile(`(Allowed extensions are: ).*`), "${1}{{list}}"},
	{regexp.MustCompile(`(covers/[\p{L}\p{N}_]+?)_[A-Za-z0-9]{7}(\.[\p{L}\p{N}_]+)$`), "${1}_{{rand}}${2}"},
}

func normString(s, base string) string {
	if m := jwtForm.FindStringSubmatch(s); m != nil && strings.HasPrefix(s, "eyJ") {
		if t, ok := normToken(m[1], m[2]); ok {
			return t
		}
	}
	if stampForm.MatchString(s) {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err == nil && time.Since(t).Abs() < 15*time.Minute {
			return "{{now}}"
		}
	}
	s = strings.ReplaceAll(s, base, "{{base}}")
	for _, v := range volatile {
		s = v.form.ReplaceAllString(s, v.by)
	}
	return s
}

// normToken describes a JWT by what does not change: algorithm, type, user, lifetime and the names of its claims.
func normToken(head, claims string) (string, bool) {
	h, okHead := tokenPart(head)
	c, okClaims := tokenPart(claims)
	if !okHead || !okClaims {
		return "", false
	}
	exp, ok := c.values["exp"].(*big.Int)
	if !ok {
		return "", false
	}
	minutes := math.RoundToEven(time.Until(time.Unix(exp.Int64(), 0)).Minutes())
	names := slices.Sorted(slices.Values(c.keys))
	return fmt.Sprintf("{{jwt %s %s user_id=%s expires_in=%dmin claims=%s}}", pyText(h.values["alg"]),
		pyText(c.values["token_type"]), pyText(c.values["user_id"]), int(minutes), strings.Join(names, ",")), true
}

func tokenPart(s string) (*object, bool) {
	data, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, false
	}
	v, err := decode(data)
	o, ok := v.(*object)
	return o, ok && err == nil
}

func pyText(v any) string {
	if v == nil {
		return "None"
	}
	return fmt.Sprint(v)
}

func norm(v any, base string) any {
	switch v := v.(type) {
	case string:
		return normString(v, base)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = norm(x, base)
		}
		return out
	case *object:
		out := &object{values: map[string]any{}}
		for _, k := range v.keys {
			out.set(k, norm(v.values[k], base))
		}
		return out
	}
	return v
}
