package openapi

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/couplet/couplet/store/value"
)

// The media types of a document.
const (
	MediaYAML = "application/vnd.oai.openapi"
	MediaJSON = "application/vnd.oai.openapi+json"
)

// Document is an OpenAPI document. Its bytes are made once, at the first call, and must not be changed.
type Document struct {
	root *Object
	json func() []byte
	yaml func() []byte
}

func newDocument(root *Object) *Document {
	return &Document{
		root: root,
		json: sync.OnceValue(func() []byte { return append(appendJSON(nil, root, 0), '\n') }),
		yaml: sync.OnceValue(func() []byte { return appendYAML(nil, root, 0) }),
	}
}

// JSON returns the document as JSON, indented by four as drf-spectacular does.
func (d *Document) JSON() []byte { return d.json() }

// YAML returns the document as YAML in block style.
func (d *Document) YAML() []byte { return d.yaml() }

func appendJSON(dst []byte, v any, depth int) []byte {
	switch v := v.(type) {
	case *Object:
		if len(v.members) == 0 {
			return append(dst, "{}"...)
		}
		dst = append(dst, '{')
		for i, m := range v.members {
			dst = jsonBreak(dst, i, depth+1)
			dst = value.AppendJSONString(dst, m.key)
			dst = append(dst, ": "...)
			dst = appendJSON(dst, m.value, depth+1)
		}
		return append(indent(append(dst, '\n'), depth*4), '}')
	case []any:
		if len(v) == 0 {
			return append(dst, "[]"...)
		}
		dst = append(dst, '[')
		for i, x := range v {
			dst = appendJSON(jsonBreak(dst, i, depth+1), x, depth+1)
		}
		return append(indent(append(dst, '\n'), depth*4), ']')
	case string:
		return value.AppendJSONString(dst, v)
	}
	return appendScalar(dst, v)
}

func jsonBreak(dst []byte, i, depth int) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return indent(append(dst, '\n'), depth*4)
}

func indent(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}

func appendScalar(dst []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case number:
		return append(dst, v...)
	}
	return append(dst, "null"...)
}

// appendYAML writes v, which stands at the start of a line of that depth, with the line break at its end.
func appendYAML(dst []byte, v any, depth int) []byte {
	switch v := v.(type) {
	case *Object:
		for i, m := range v.members {
			if i > 0 {
				dst = indent(dst, depth*2)
			}
			dst = append(appendYAMLText(dst, m.key, depth), ':')
			dst = appendYAMLValue(dst, m.value, depth)
		}
	case []any:
		for i, x := range v {
			if i > 0 {
				dst = indent(dst, depth*2)
			}
			dst = append(dst, '-')
			if composite(x) {
				dst = appendYAML(append(dst, ' '), x, depth+1)
				continue
			}
			dst = appendYAMLValue(dst, x, depth)
		}
	}
	return dst
}

// appendYAMLValue writes what follows the colon of a key or the dash of an item.
func appendYAMLValue(dst []byte, v any, depth int) []byte {
	switch t := v.(type) {
	case *Object:
		if len(t.members) == 0 {
			return append(dst, " {}\n"...)
		}
		return appendYAML(indent(append(dst, '\n'), (depth+1)*2), t, depth+1)
	case []any:
		if len(t) == 0 {
			return append(dst, " []\n"...)
		}
		return appendYAML(indent(append(dst, '\n'), depth*2), t, depth)
	case string:
		return append(appendYAMLText(append(dst, ' '), t, depth+1), '\n')
	}
	return append(appendScalar(append(dst, ' '), v), '\n')
}

func composite(v any) bool {
	switch v := v.(type) {
	case *Object:
		return len(v.members) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

var (
	// plainYAML is text that no YAML 1.1 or 1.2 reader takes for anything but itself.
	plainYAML    = regexp.MustCompile(`^[A-Za-z/$_][A-Za-z0-9_/.$()+' -]*(?:, [A-Za-z0-9_/.$()+' -]+)*$`)
	reservedYAML = regexp.MustCompile(`^(?i:true|false|yes|no|on|off|null|y|n|\.nan|\.inf)$`)
	blockYAML    = regexp.MustCompile(`^[^\s\pC][^\pC]*(?:\n+[^\s\pC][^\pC]*)*$`)
)

func appendYAMLText(dst []byte, s string, depth int) []byte {
	switch {
	case plainYAML.MatchString(s) && !reservedYAML.MatchString(s) && !strings.HasSuffix(s, " ") && !strings.Contains(s, " '"):
		return append(dst, s...)
	case strings.Contains(s, "\n") && blockYAML.MatchString(s):
		dst = append(dst, "|-"...)
		for line := range strings.SplitSeq(s, "\n") {
			dst = append(dst, '\n')
			if line != "" {
				dst = append(indent(dst, depth*2), line...)
			}
		}
		return dst
	case printable(s):
		return append(append(append(dst, '\''), strings.ReplaceAll(s, "'", "''")...), '\'')
	}
	return value.AppendJSONString(dst, s)
}

func printable(s string) bool {
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}
