package schema

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"
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

// Canonical returns the document in its one layout: two spaces a level, order kept, whatever is below a collection,
// a resource or a role on one line where it fits. Equal documents have equal bytes.
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
	lineWidth  = 120
	openLevels = 3 // the document, a section of it, and a collection are always written over several lines
)

type layout struct{ bytes.Buffer }

// write appends a value at a nesting level; used counts the characters before it on its line.
func (w *layout) write(n *Node, level, used int) {
	empty := len(n.Items)+len(n.Members) == 0
	if n.Kind < ArrayNode || empty {
		n.inline(&w.Buffer)
		return
	}
	if level >= openLevels || n.Kind == ArrayNode {
		var line bytes.Buffer
		n.inline(&line)
		if used+utf8.RuneCount(line.Bytes()) < lineWidth {
			w.Write(line.Bytes())
			return
		}
	}
	open, shut := byte('{'), byte('}')
	if n.Kind == ArrayNode {
		open, shut = '[', ']'
	}
	indent := strings.Repeat("  ", level)
	w.WriteByte(open)
	for i, item := range n.Items {
		w.newline(i, indent+"  ")
		w.write(item, level+1, len(indent)+2)
	}
	for i, m := range n.Members {
		w.newline(i, indent+"  ")
		start := w.Len()
		quote(&w.Buffer, m.Name)
		w.WriteString(": ")
		w.write(m.Value, level+1, len(indent)+2+w.Len()-start)
	}
	w.WriteString("\n" + indent)
	w.WriteByte(shut)
}

func (w *layout) newline(i int, indent string) {
	if i > 0 {
		w.WriteByte(',')
	}
	w.WriteString("\n" + indent)
}

// inline appends a value on one line, a space after each comma and colon.
func (n *Node) inline(w *bytes.Buffer) {
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
			if i > 0 {
				w.WriteString(", ")
			}
			item.inline(w)
		}
		w.WriteByte(']')
	case ObjectNode:
		w.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				w.WriteString(", ")
			}
			quote(w, m.Name)
			w.WriteString(": ")
			m.Value.inline(w)
		}
		w.WriteByte('}')
	}
}

// JSON returns the value as JSON on one line.
func (n *Node) JSON() json.RawMessage {
	var w bytes.Buffer
	n.inline(&w)
	return w.Bytes()
}

func quote(w *bytes.Buffer, s string) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err == nil { // a string always encodes
		w.Truncate(w.Len() - 1) // the newline that Encode adds
	}
}
