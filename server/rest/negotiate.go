package rest

import "strings"

// Renderer is a form of answer that a client can ask for.
type Renderer struct {
	Format    string // of ?format= and of suffixes
	MediaType string
	Charset   string // that Content-Type names; "" for none, as with JSON
}

// ContentType is the Content-Type header of an answer in this form.
func (r Renderer) ContentType() string {
	if r.Charset == "" {
		return r.MediaType
	}
	return r.MediaType + "; charset=" + r.Charset
}

// The renderers of every API view, in DRF's order.
var (
	JSONRenderer = Renderer{Format: "json", MediaType: "application/json"}
	HTMLRenderer = Renderer{Format: "api", MediaType: "text/html", Charset: "utf-8"}
	Renderers    = []Renderer{JSONRenderer, HTMLRenderer}
	ParserTypes  = []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
)

// Accepted is the outcome of negotiation.
type Accepted struct {
	Renderer  Renderer
	MediaType string // with the client's parameters: "application/json; indent=4"
}

// Indent returns the spaces per level that the client asked for by indent=, at most 8; 0 is compact.
func (a Accepted) Indent() int {
	if strings.IndexByte(a.MediaType, ';') < 0 {
		return 0
	}
	n := 0
	for _, c := range parseMediaType(a.MediaType).param("indent") {
		if c < '0' || c > '9' || n > 100 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return min(n, 8)
}

// Limits of DRF's DefaultContentNegotiation.
const (
	maxAcceptHeader = 8192
	maxAcceptTokens = 64
	maxMediaType    = 256
)

// Negotiate chooses a renderer as DRF's DefaultContentNegotiation does. format is the URL's suffix or ?format=, "" for
// none; accept is the header, "" where it is absent. Errors are 404 for an unknown format and 406.
func Negotiate(renderers []Renderer, format, accept string) (Accepted, *APIError) {
	if (accept == "" || accept == "*/*") && format == "" && len(renderers) > 0 {
		return Accepted{renderers[0], renderers[0].MediaType}, nil
	}
	if format != "" {
		var some []Renderer
		for _, r := range renderers {
			if r.Format == format {
				some = append(some, r)
			}
		}
		if renderers = some; len(some) == 0 {
			return Accepted{}, NotFound("")
		}
	}
	for _, r := range renderers {
		if accept == r.MediaType { // as most programs ask
			return Accepted{r, accept}, nil
		}
	}
	wanted := acceptList(accept)
	for level := 3; level >= 0; level-- {
		for _, r := range renderers {
			own := parseMediaType(r.MediaType)
			for _, w := range wanted {
				if w.precedence() == level && own.match(w) {
					return Accepted{r, fullType(r, own, w)}, nil
				}
			}
		}
	}
	return Accepted{}, NotAcceptable()
}

func fullType(r Renderer, own, w mediaType) string {
	if own.precedence() <= w.precedence() {
		return w.orig
	}
	s := r.MediaType
	for _, p := range w.params {
		s += ";" + p[0] + "=" + p[1]
	}
	return s
}

func acceptList(header string) []mediaType {
	if header == "" {
		header = "*/*"
	}
	if len(header) > maxAcceptHeader {
		header = header[:strings.LastIndexByte(header[:maxAcceptHeader], ',')+1]
	}
	var list []mediaType
	for token := range strings.SplitSeq(header, ",") {
		if token = strings.TrimSpace(token); token == "" || len(token) > maxMediaType {
			continue
		}
		if list = append(list, parseMediaType(token)); len(list) == maxAcceptTokens {
			break
		}
	}
	return list
}

// mediaType is a parsed media type, or a range of them.
type mediaType struct {
	orig, main, sub string
	params          [][2]string
}

// parseMediaType splits as Django's parse_header_parameters does: names in lower case, quoted values unquoted.
func parseMediaType(s string) mediaType {
	parts := splitParams(s)
	full := strings.ToLower(strings.TrimSpace(parts[0]))
	m := mediaType{orig: s}
	m.main, m.sub, _ = strings.Cut(full, "/")
	for _, p := range parts[1:] {
		name, v, ok := strings.Cut(p, "=")
		if !ok {
			continue
		}
		name, v = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(v)
		if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
			v = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(v[1 : len(v)-1])
		}
		m.setParam(name, v)
	}
	return m
}

func (m *mediaType) setParam(name, v string) {
	for i := range m.params {
		if m.params[i][0] == name {
			m.params[i][1] = v
			return
		}
	}
	m.params = append(m.params, [2]string{name, v})
}

// splitParams splits at semicolons outside of quotes.
func splitParams(s string) []string {
	var parts []string
	quoted, start := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[min(start, len(s)):])
}

func (m mediaType) param(name string) string {
	for _, p := range m.params {
		if p[0] == name {
			return p[1]
		}
	}
	return ""
}

// match reports whether m satisfies the range other.
func (m mediaType) match(other mediaType) bool {
	for _, p := range m.params {
		if p[0] != "q" && other.param(p[0]) != p[1] {
			return false
		}
	}
	return (m.sub == "*" || other.sub == "*" || m.sub == other.sub) &&
		(m.main == "*" || other.main == "*" || m.main == other.main)
}

// precedence is how specific a media type is: 0 for */* to 3 for one with parameters other than q alone.
func (m mediaType) precedence() int {
	switch {
	case m.main == "*":
		return 0
	case m.sub == "*":
		return 1
	case len(m.params) == 0 || len(m.params) == 1 && m.params[0][0] == "q":
		return 2
	}
	return 3
}

// CutSuffix splits a format suffix off the last segment of a path below a resource: "articles.json" and "1.json/" have
// one, a uuid or a number has none. DRF's pattern is \.[a-z0-9]+/?$.
func CutSuffix(path string) (rest, format string) {
	trimmed := strings.TrimSuffix(path, "/")
	dot := strings.LastIndexByte(trimmed, '.')
	if dot < 0 || dot < strings.LastIndexByte(trimmed, '/') || dot == len(trimmed)-1 {
		return path, ""
	}
	for _, c := range []byte(trimmed[dot+1:]) {
		if !decimalDigit(c) && (c < 'a' || c > 'z') {
			return path, ""
		}
	}
	return trimmed[:dot] + "/", trimmed[dot+1:]
}
