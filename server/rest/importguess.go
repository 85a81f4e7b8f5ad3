package rest

import (
	"errors"
	"io"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Preview is what the beginning of a file tells.
type Preview struct {
	Examined int  // rows
	More     bool // there are further ones
	Columns  []*ColumnFacts
	Rows     [][]*string // the first ones, as text; nil where there is nothing
}

// ColumnFacts say what a column of a file holds. Type is the narrowest type of a field that takes every value seen.
type ColumnFacts struct {
	Name    string
	Type    string
	Empty   int // rows without a value
	Longest int // characters
	Samples []string
	Whole   int // decimal: digits before the point
	Places  int // decimal: digits after it
	could   []string
	values  int
}

// How much of a file a preview looks at.
const (
	previewRows    = 20
	previewSamples = 5
	sampleLength   = 200
)

// Preview reads at most so many rows. A file that cannot be read is *ImportError.
func (r *ImportReader) Preview(rows int) (*Preview, error) {
	p := &Preview{}
	columns := map[string]*ColumnFacts{}
	column := func(name string) *ColumnFacts {
		c := columns[name]
		if c == nil {
			c = &ColumnFacts{Name: name, could: slices.Clone(guessOrder), Empty: p.Examined}
			columns[name] = c
			p.Columns = append(p.Columns, c)
		}
		return c
	}
	for _, name := range r.Header {
		column(name)
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if p.Examined == rows {
			p.More = true
			break
		}
		cells := map[string]*string{}
		for i, v := range row.values {
			text, structured, there := v.shown()
			c := column(row.names[i])
			if there {
				cells[row.names[i]] = &text
				c.see(text, structured)
			}
		}
		p.Examined++
		for _, c := range p.Columns {
			if cells[c.Name] == nil {
				c.Empty++
			}
		}
		if len(p.Rows) < previewRows {
			p.Rows = append(p.Rows, p.texts(cells))
		}
	}
	for i, row := range p.Rows {
		p.Rows[i] = append(row, make([]*string, len(p.Columns)-len(row))...)
	}
	for _, c := range p.Columns {
		c.decide()
	}
	return p, nil
}

func (p *Preview) texts(cells map[string]*string) []*string {
	var out []*string
	for _, c := range p.Columns {
		out = append(out, cells[c.Name])
	}
	return out
}

// shown is a value as text; false where there is none. structured: it is a list or an object.
func (v importValue) shown() (text string, structured, there bool) {
	if v.node == nil {
		text = v.cell.text
		if !v.cell.quoted {
			text = strings.TrimSpace(text)
		}
		return unguardCell(text), false, text != "" || v.cell.quoted
	}
	switch v.node.Kind {
	case NullNode, Missing:
		return "", false, false
	case BoolNode:
		return strconv.FormatBool(v.node.Bool), false, true
	case ListNode, ObjectNode:
		b, _ := v.node.appendJSON(nil)
		return string(b), true, true
	}
	return v.node.Text, false, true
}

// guessOrder lists the types that a column could have, the narrowest first.
var guessOrder = []string{"boolean", "integer", "big_integer", "decimal", "float", "date", "datetime", "time", "uuid", "email", "url"}

var (
	wholePattern   = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,18})$`)
	decimalPattern = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,19})(\.([0-9]{1,10}))?$`)
	floatPattern   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	urlPattern     = regexp.MustCompile(`^https?://[^\s/]+\S*$`)
)

// fits tells of each type whether a text is a value of it, as imports read them.
var fits = map[string]func(string) bool{
	"boolean": func(s string) bool {
		return slices.Contains([]string{"true", "True", "TRUE", "false", "False", "FALSE", "yes", "no", "Yes", "No", "YES", "NO"}, s)
	},
	"integer": func(s string) bool {
		_, err := strconv.ParseInt(s, 10, 32)
		return err == nil && wholePattern.MatchString(s)
	},
	"big_integer": func(s string) bool {
		_, err := strconv.ParseInt(s, 10, 64)
		return err == nil && wholePattern.MatchString(s)
	},
	"decimal": decimalPattern.MatchString,
	"float":   floatPattern.MatchString,
	"date":    inLayout(time.DateOnly),
	"datetime": inLayout("2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00",
		"2006-01-02T15:04", "2006-01-02 15:04"),
	"time": inLayout("15:04:05", "15:04"),
	"uuid": func(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil },
	"email": func(s string) bool {
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
	},
	"url": urlPattern.MatchString,
}

func inLayout(layouts ...string) func(string) bool {
	return func(s string) bool {
		return slices.ContainsFunc(layouts, func(l string) bool {
			_, err := time.Parse(l, s)
			return err == nil
		})
	}
}

// see takes a value into account.
func (c *ColumnFacts) see(text string, structured bool) {
	if len(c.Samples) < previewSamples && text != "" && !slices.Contains(c.Samples, clipped(text)) {
		c.Samples = append(c.Samples, clipped(text))
	}
	if structured {
		c.could = []string{"json"}
	}
	if text == "" {
		return
	}
	c.values++
	c.Longest = max(c.Longest, utf8.RuneCountInString(text))
	if strings.ContainsAny(text, "\n\r") {
		c.Longest = max(c.Longest, 1<<20)
	}
	c.could = slices.DeleteFunc(c.could, func(t string) bool { return t != "json" && !fits[t](text) })
	if m := decimalPattern.FindStringSubmatch(text); m != nil {
		c.Whole, c.Places = max(c.Whole, len(m[1])), max(c.Places, len(m[3]))
	}
}

func clipped(s string) string {
	if r := []rune(s); len(r) > sampleLength {
		return string(r[:sampleLength]) + "…"
	}
	return s
}

// maxChar is up to which length a text is a line, and not a text of several.
const maxChar = 255

func (c *ColumnFacts) decide() {
	switch {
	case c.values > 0 && len(c.could) > 0:
		c.Type = c.could[0]
	case c.Longest > maxChar:
		c.Type = "text"
	default:
		c.Type = "char"
	}
}
