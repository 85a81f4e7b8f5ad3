package server_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// compared are the headers that are part of the contract.
var compared = []string{
	"Content-Type", "Allow", "Location", "WWW-Authenticate", "Retry-After",
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
	"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age",
}

// answer is what is compared of an answer: status, meaningful headers, normalised body.
type answer struct {
	status  int
	headers map[string]string
	body    any
}

func normHeader(name, v string) string {
	switch name {
	case "Location":
		return strings.ReplaceAll(v, "{{base}}", "")
	case "Retry-After":
		if v != "" && strings.Trim(v, "0123456789") == "" {
			return "{{n}}"
		}
	case "Allow", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers":
		parts := split(v, ",")
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	case "Content-Type":
		return strings.ToLower(strings.Join(split(v, ";"), "; "))
	}
	return v
}

func split(s, sep string) []string {
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// difference lists how got differs from want, at most a dozen entries; nil when it does not.
func difference(want, got answer) []string {
	var out []string
	if want.status != got.status {
		out = append(out, fmt.Sprintf("status: expected %d, got %d", want.status, got.status))
	}
	for _, name := range compared {
		w, wantIt := want.headers[name]
		g, haveIt := got.headers[name]
		if wantIt != haveIt || normHeader(name, w) != normHeader(name, g) {
			out = append(out, fmt.Sprintf("header %s: expected %q (%t), got %q (%t)", name, w, wantIt, g, haveIt))
		}
	}
	return append(out, diff(want.body, got.body, "$")...)
}

// diff compares JSON values: key order is free, list order is not, numbers compare by value and never equal a boolean.
func diff(want, got any, where string) []string {
	if w, ok := rational(want); ok {
		if g, ok := rational(got); ok {
			return unless(w.Cmp(g) == 0, want, got, where)
		}
	}
	switch w := want.(type) {
	case *object:
		if g, ok := got.(*object); ok {
			return diffObjects(w, g, where)
		}
	case []any:
		if g, ok := got.([]any); ok {
			return diffLists(w, g, where)
		}
	case nil, bool, string:
		return unless(want == got, want, got, where)
	}
	return unless(false, want, got, where)
}

func diffObjects(want, got *object, where string) []string {
	var out []string
	for _, k := range want.keys {
		if _, ok := got.values[k]; !ok {
			out = append(out, where+"."+k+": missing")
			continue
		}
		out = append(out, diff(want.values[k], got.values[k], where+"."+k)...)
	}
	for _, k := range got.keys {
		if _, ok := want.values[k]; !ok {
			out = append(out, where+"."+k+": unexpected")
		}
	}
	return atMost(out)
}

func diffLists(want, got []any, where string) []string {
	var out []string
	if len(want) != len(got) {
		out = append(out, fmt.Sprintf("%s: expected %d items, got %d", where, len(want), len(got)))
	}
	for i := range min(len(want), len(got)) {
		out = append(out, diff(want[i], got[i], fmt.Sprintf("%s[%d]", where, i))...)
	}
	return atMost(out)
}

func atMost(out []string) []string { return out[:min(len(out), 12)] }

func unless(same bool, want, got any, where string) []string {
	if same {
		return nil
	}
	return []string{fmt.Sprintf("%s: expected %s, got %s", where, show(want), show(got))}
}

func show(v any) string {
	b, err := json.Marshal(v)
	if o, ok := v.(*object); ok {
		b, err = json.Marshal(o.values)
	}
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b[:min(len(b), 160)])
}

func rational(v any) (*big.Rat, bool) {
	switch n := v.(type) {
	case *big.Int:
		return new(big.Rat).SetInt(n), true
	case float64:
		r := new(big.Rat).SetFloat64(n)
		return r, r != nil
	}
	return nil, false
}

// keyOrder writes down the keys of v in the order in which they came.
func keyOrder(v any) string {
	var b strings.Builder
	writeKeys(&b, v)
	return b.String()
}

func writeKeys(b *strings.Builder, v any) {
	switch v := v.(type) {
	case *object:
		b.WriteByte('{')
		for _, k := range v.keys {
			fmt.Fprintf(b, "%q", k)
			writeKeys(b, v.values[k])
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for _, x := range v {
			writeKeys(b, x)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	}
}
