package schema

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/couplet/couplet/store/value"
)

// Document is what is written in schema.json, its order kept.
type Document struct {
	Root *Node
}

// ParseDocument reads a document without looking at what it says: problems are those of the JSON text.
func ParseDocument(src []byte) (*Document, Problems) {
	root, problems := decode(src)
	if len(problems) > 0 {
		return nil, problems
	}
	return &Document{root}, nil
}

// Canonical returns the document in its one layout: two spaces a level, order kept, lines of at most 120 characters
// where words allow. Equal documents have equal bytes.
func (d *Document) Canonical() []byte {
	var w layout
	w.write(d.Root, 0, 0)
	w.WriteByte('\n')
	return w.Bytes()
}

// Hash returns the SHA-256 of the canonical document in hexadecimal digits.
func (d *Document) Hash() string {
	sum := sha256.Sum256(d.Canonical())
	return hex.EncodeToString(sum[:])
}

const (
	lineWidth   = 120
	openLevels  = 2 // the document and its sections are never written on one line
	blockLevels = 4 // objects above fields that need several lines have one for each member; others are filled
)

type layout struct{ bytes.Buffer }

// write appends a value at a nesting level; used counts the characters before it on its line.
func (w *layout) write(n *Node, level, used int) {
	if n.Kind < ArrayNode || len(n.Items)+len(n.Members) == 0 {
		n.inline(&w.Buffer, math.MaxInt)
		return
	}
	if level >= openLevels || n.Kind == ArrayNode {
		if line := inlined(n, maxLine); used+utf8.RuneCount(line) < lineWidth {
			w.Write(line)
			return
		}
	}
	open, shut, fill := byte('{'), byte('}'), level >= blockLevels
	if n.Kind == ArrayNode {
		open, shut, fill = '[', ']', true
	}
	w.WriteByte(open)
	w.entries(n, level+1, fill)
	w.WriteString("\n" + strings.Repeat("  ", level))
	w.WriteByte(shut)
}

// entries writes the items or members of n, each on its own line or, filled, as many on a line as fit.
func (w *layout) entries(n *Node, level int, fill bool) {
	indent := strings.Repeat("  ", level)
	column, whole := lineWidth, false // of the line so far; whether its last entry was on one line
	for i := range max(len(n.Items), len(n.Members)) {
		var entry *Node
		var name []byte
		if n.Kind == ArrayNode {
			entry = n.Items[i]
		} else {
			entry, name = n.Members[i].Value, memberName(n.Members[i].Name)
		}
		width := utf8.RuneCount(name)
		line := inlined(entry, maxLine)
		fits := len(indent)+width+utf8.RuneCount(line) < lineWidth
		if i > 0 {
			w.WriteByte(',')
			column++
		}
		if fill && whole && fits && column+1+width+utf8.RuneCount(line) < lineWidth {
			w.WriteByte(' ')
			column++
		} else {
			w.WriteString("\n" + indent)
			column = len(indent)
		}
		w.Write(name)
		w.write(entry, level, column+width)
		column += width + utf8.RuneCount(line)
		whole = fits
	}
}

// maxLine is a size in bytes beyond which no value fits on a line.
const maxLine = 4*lineWidth + utf8.UTFMax

// inlined returns a value on one line, cut somewhere behind the limit.
func inlined(n *Node, limit int) []byte {
	var line bytes.Buffer
	n.inline(&line, limit)
	return line.Bytes()
}

func memberName(name string) []byte {
	var b bytes.Buffer
	quote(&b, name)
	b.WriteString(": ")
	return b.Bytes()
}

// inline appends a value on one line, a space after each comma and colon, until w is longer than limit.
func (n *Node) inline(w *bytes.Buffer, limit int) {
	if w.Len() > limit {
		return
	}
	switch n.Kind {
	case NullNode:
		w.WriteString("null")
	case BoolNode:
		if n.Bool {
			w.WriteString("true")
		} else {
			w.WriteString("false")
		}
	case NumberNode:
		w.WriteString(n.Text)
	case StringNode:
		quote(w, n.Text)
	case ArrayNode:
		w.WriteByte('[')
		for i, item := range n.Items {
			if w.Len() > limit {
				return
			}
			if i > 0 {
				w.WriteString(", ")
			}
			item.inline(w, limit)
		}
		w.WriteByte(']')
	case ObjectNode:
		w.WriteByte('{')
		for i, m := range n.Members {
			if w.Len() > limit {
				return
			}
			if i > 0 {
				w.WriteString(", ")
			}
			quote(w, m.Name)
			w.WriteString(": ")
			m.Value.inline(w, limit)
		}
		w.WriteByte('}')
	}
}

// JSON returns the value as JSON on one line.
func (n *Node) JSON() json.RawMessage { return inlined(n, math.MaxInt) }

func quote(w *bytes.Buffer, s string) { w.Write(value.AppendJSONString(w.AvailableBuffer(), s)) }
