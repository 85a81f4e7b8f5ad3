package rest

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// MaxParams is the greatest number of parameters in a query string (Django: DATA_UPLOAD_MAX_NUMBER_FIELDS), MaxQuery
// its greatest length in bytes.
const (
	MaxParams = 1000
	MaxQuery  = 64 << 10
)

// Params is a query string: Django's QueryDict. Parameters keep their order; of a repeated one the last counts, unless
// All of them are asked for.
type Params struct{ list []param }

type param struct{ name, value string }

var noParams = &Params{}

// ParseParams reads a raw query string, without its question mark, as Django does: "+" is a space, a broken escape
// stays as it is, bytes that are no UTF-8 become U+FFFD. The error is an *APIError of status 400.
func ParseParams(raw string) (*Params, error) {
	if raw == "" {
		return noParams, nil
	}
	if len(raw) > MaxQuery {
		return nil, &APIError{Status: 400, Code: "invalid", Detail: "The query string is too long."}
	}
	n := strings.Count(raw, "&") + 1
	if n > MaxParams {
		return nil, &APIError{Status: 400, Code: "invalid",
			Detail: "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."}
	}
	if !utf8.ValidString(raw) {
		raw = fromLatin1(raw)
	}
	p := &Params{list: make([]param, 0, n)}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		p.list = append(p.list, param{unquotePlus(name), unquotePlus(value)})
	}
	return p, nil
}

// Get returns the last value of a parameter, or "".
func (p *Params) Get(name string) string {
	v, _ := p.Last(name)
	return v
}

// Last returns the last value of a parameter, and whether there is one.
func (p *Params) Last(name string) (string, bool) {
	for i := len(p.list) - 1; i >= 0; i-- {
		if p.list[i].name == name {
			return p.list[i].value, true
		}
	}
	return "", false
}

// Has reports whether a parameter is there, with or without a value.
func (p *Params) Has(name string) bool {
	_, ok := p.Last(name)
	return ok
}

// All returns every value of a parameter, in order.
func (p *Params) All(name string) []string {
	var values []string
	for _, have := range p.list {
		if have.name == name {
			values = append(values, have.value)
		}
	}
	return values
}

// Each calls each for every parameter, in order.
func (p *Params) Each(each func(name, value string)) {
	for _, have := range p.list {
		each(have.name, have.value)
	}
}

// appendQuery appends "?…": the parameters sorted by name, those named in without left out, those of with put in their
// places (rest_framework.utils.urls). Nothing is appended where none is left.
func (p *Params) appendQuery(dst []byte, with []param, without string) []byte {
	list := make([]param, 0, len(p.list)+len(with))
	for _, have := range p.list {
		replaced := without != "" && have.name == without
		for _, w := range with {
			replaced = replaced || have.name == w.name
		}
		if !replaced {
			list = append(list, have)
		}
	}
	list = append(list, with...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].name < list[j].name })
	for i, have := range list {
		if i == 0 {
			dst = append(dst, '?')
		} else {
			dst = append(dst, '&')
		}
		dst = appendQuoted(dst, have.name)
		dst = append(dst, '=')
		dst = appendQuoted(dst, have.value)
	}
	return dst
}

// appendQuoted appends s as Python's quote_plus writes it.
func appendQuoted(dst []byte, s string) []byte {
	for s != "" {
		before, after, found := strings.Cut(s, " ")
		dst = appendEscaped(dst, before, "_.-~")
		if found {
			dst = append(dst, '+')
		}
		s = after
	}
	return dst
}

// unquotePlus is Python's unquote_plus.
func unquotePlus(s string) string {
	if strings.IndexByte(s, '+') < 0 && strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) && hexDigit(s[i+2]):
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			b = append(b, c)
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	return replaceInvalid(b)
}

func unhex(c byte) byte {
	if decimalDigit(c) {
		return c - '0'
	}
	return c | 32 - 'a' + 10
}

// replaceInvalid puts one U+FFFD for every broken character, as Python's errors="replace" does.
func replaceInvalid(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size <= 1 {
			n, _ := badSequence(b)
			size = max(n, 1)
		}
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String()
}

// fromLatin1 reads a string that is no UTF-8 as ISO 8859-1, as Django does with a whole query string.
func fromLatin1(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteRune(rune(s[i]))
	}
	return out.String()
}
