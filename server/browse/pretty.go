package browse

import (
	"bytes"
	"encoding/json"
	"html"
	"html/template"
	"net/url"
	"strings"

	"github.com/couplet/couplet/server/words"
)

// shownBytes is how much of a body a page shows. What is longer is cut, and the page says so.
const shownBytes = 512 << 10

// pretty indents JSON, colours it by class names and makes links of the addresses in it. Other bodies come as text.
// Bytes that are no UTF-8 are shown as one U+FFFD a run, as bytes.ToValidUTF8 has it.
func pretty(body []byte, l words.Language) template.HTML {
	if len(body) == 0 {
		return ""
	}
	body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	p := &printer{src: body}
	if !json.Valid(body) {
		p.text(string(body))
	} else {
		p.value(0)
	}
	if p.cut {
		p.out.WriteString("\n")
		p.span("cut", html.EscapeString(l.Text("… The rest is not shown. Ask for the JSON itself to see all of it.")))
	}
	return template.HTML(p.out.String()) //nolint:gosec // every text in it is escaped by the printer
}

// printer walks over valid JSON in valid UTF-8. Where it is cut it stops, in the middle of what it is in.
type printer struct {
	src []byte
	at  int
	out strings.Builder
	cut bool
}

func (p *printer) text(s string) {
	if len(s) > shownBytes {
		s, p.cut = strings.ToValidUTF8(s[:shownBytes], ""), true
	}
	p.out.WriteString(html.EscapeString(s))
}

func (p *printer) space() {
	for p.at < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.at]) >= 0 {
		p.at++
	}
}

func (p *printer) value(depth int) {
	p.space()
	switch c := p.src[p.at]; c {
	case '{', '[':
		p.composite(c, depth)
	case '"':
		p.str("s")
	default:
		start := p.at
		for p.at < len(p.src) && strings.IndexByte(",]} \t\r\n", p.src[p.at]) < 0 {
			p.at++
		}
		class := "n"
		if c == 't' || c == 'f' || c == 'n' {
			class = "w"
		}
		p.span(class, html.EscapeString(string(p.src[start:p.at])))
	}
}

func (p *printer) span(class, inner string) {
	p.out.WriteString(`<span class="` + class + `">` + inner + `</span>`)
}

func (p *printer) composite(open byte, depth int) {
	closing := open + 2 // '}' and ']' come two places after their openings
	p.at++
	p.space()
	p.out.WriteByte(open)
	n := 0
	for ; p.src[p.at] != closing; n++ {
		if n > 0 {
			p.at++ // the comma
			p.out.WriteByte(',')
		}
		if p.out.Len() > shownBytes {
			p.cut = true
		}
		if p.cut {
			return
		}
		p.line(depth + 1)
		p.space()
		if open == '{' {
			p.str("k")
			p.space()
			p.at++ // the colon
			p.out.WriteString(": ")
		}
		if p.value(depth + 1); p.cut {
			return
		}
		p.space()
	}
	if n > 0 {
		p.line(depth)
	}
	p.at++
	p.out.WriteByte(closing)
}

func (p *printer) line(depth int) {
	p.out.WriteByte('\n')
	for range min(depth, 40) {
		p.out.WriteString("  ")
	}
}

func (p *printer) stringEnd() int {
	i := p.at + 1
	for p.src[i] != '"' {
		if p.src[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

func (p *printer) str(class string) {
	start := p.at
	p.at = p.stringEnd()
	raw := p.src[start:p.at]
	inner := html.EscapeString(string(raw))
	quote := html.EscapeString(`"`)
	var s string
	if class == "s" && json.Unmarshal(raw, &s) == nil && isAddress(s) {
		inner = `"<a href="` + html.EscapeString(s) + `" rel="nofollow noreferrer">` + inner[len(quote):len(inner)-len(quote)] + `</a>"`
	}
	p.span(class, inner)
}

// isAddress reports whether s is a web address and nothing else.
func isAddress(s string) bool {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") || strings.ContainsAny(s, " \"<>\\\n\t\r") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host != ""
}
