package rest

import (
	"strings"

	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Links knows the URLs of resources: it writes them and resolves those that clients send.
type Links struct {
	Schema *schema.Schema
	Prefix string                 // "/api/"
	Known  func(path string) bool // whether another route serves the path: then a link to it is an "Incorrect URL match"
}

func (l *Links) resource(name string) *schema.Resource {
	if l == nil || l.Schema == nil {
		return nil
	}
	return l.Schema.Resource(name)
}

func (l *Links) users() *schema.Collection {
	if l == nil || l.Schema == nil {
		return nil
	}
	return l.Schema.Users()
}

// linkMatch is what a link leads to.
type linkMatch uint8

const (
	noMatch   linkMatch = iota // no route at all
	otherView                  // a route, but not a record of the resource that was asked for
	recordOf                   // a record of the resource, perhaps a missing one
)

// resolve finds the record that a path names: the text of its lookup, where the path is one of resource's.
func (l *Links) resolve(path string, r *schema.Resource) (lookup string, m linkMatch) {
	rest, ok := strings.CutPrefix(path, l.Prefix)
	if !ok {
		return "", l.other(path)
	}
	bare, format := CutSuffix(rest)
	if format == "" && !strings.HasSuffix(rest, "/") && rest != "" {
		return "", l.other(path)
	}
	name, lookup, _ := strings.Cut(strings.TrimSuffix(bare, "/"), "/")
	res := l.resource(name)
	switch {
	case res == nil || strings.ContainsAny(lookup, "/."):
		return "", l.other(path)
	case lookup == "" || r == nil || res.Name != r.Name:
		return "", otherView
	}
	return lookup, recordOf
}

func (l *Links) other(path string) linkMatch {
	if path == l.Prefix || l.Known != nil && l.Known(path) {
		return otherView
	}
	return noMatch
}

// linkTarget is a compiled link: where it leads and the type of what it names the target by.
type linkTarget struct {
	path string // "/api/authors/"
	typ  value.Type
}

func (l *Links) target(r *schema.Resource) linkTarget {
	if r == nil {
		return linkTarget{path: l.Prefix}
	}
	return linkTarget{path: l.Prefix + r.Name + "/", typ: r.Lookup.Type}
}

// append writes the absolute URL of a record, with the format suffix or parameter of the request.
func (t linkTarget) append(dst []byte, v value.Value, ctx *RenderContext) []byte {
	dst = append(append(dst, '"'), ctx.Base...)
	dst = append(dst, t.path...)
	dst = appendEscaped(dst, t.typ.String(v), linkSafe)
	dst = ctx.appendLinkEnd(dst)
	return append(dst, '"')
}

// appendLinkEnd ends a link to a record: a slash or the request's format suffix, and the request's ?format=.
func (ctx *RenderContext) appendLinkEnd(dst []byte) []byte {
	if ctx.Suffix != "" {
		dst = append(append(dst, '.'), ctx.Suffix...)
	} else {
		dst = append(dst, '/')
	}
	return append(dst, ctx.Query...)
}

// Characters that Django leaves as they are, beside letters and digits.
const (
	linkSafe = "-._~!$&'()*+,;=/:@" // urls.resolvers: RFC3986_SUBDELS and "/~:@"
	fileSafe = "-._~!*()'/"         // filepath_to_uri
)

// appendEscaped percent-encodes s. What it leaves needs no escaping in JSON either.
func appendEscaped(dst []byte, s, safe string) []byte {
	const hexUpper = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		c := s[i]
		if decimalDigit(c) || c|32 >= 'a' && c|32 <= 'z' || strings.IndexByte(safe, c) >= 0 {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '%', hexUpper[c>>4], hexUpper[c&15])
	}
	return dst
}

// lookupColumn asks a shape for a resource's lookup field.
func lookupColumn(shape *query.Shape, r *schema.Resource) int {
	if r == nil {
		return 0
	}
	return shape.Column(r.Lookup)
}
