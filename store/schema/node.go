package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Kind is the JSON type of a Node.
type Kind uint8

// The JSON types.
const (
	NullNode Kind = iota
	BoolNode
	NumberNode
	StringNode
	ArrayNode
	ObjectNode
)

var kindNames = [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}

// String returns the kind as messages use it: "a string".
func (k Kind) String() string { return kindNames[k] }

// Node is a JSON value that keeps the order of its members.
type Node struct {
	Kind    Kind
	Bool    bool
	Text    string // the string, or the literal of the number
	Items   []*Node
	Members []Member
	index   map[string]int
}

// Member is a name and its value in an object.
type Member struct {
	Name  string
	Value *Node
}

// Get returns the member of that name, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	if i, ok := n.index[name]; ok {
		return n.Members[i].Value
	}
	return nil
}

// Names returns the names of an object's members, in order.
func (n *Node) Names() []string {
	names := make([]string, len(n.Members))
	for i := range n.Members {
		names[i] = n.Members[i].Name
	}
	return names
}

// set replaces or appends a member.
func (n *Node) set(name string, v *Node) {
	if i, ok := n.index[name]; ok {
		n.Members[i].Value = v
		return
	}
	if n.index == nil {
		n.index = map[string]int{}
	}
	n.index[name] = len(n.Members)
	n.Members = append(n.Members, Member{name, v})
}

// setFirst puts a new member before all others.
func (n *Node) setFirst(name string, v *Node) {
	n.Members = slices.Insert(n.Members, 0, Member{name, v})
	n.index = make(map[string]int, len(n.Members))
	for i := range n.Members {
		n.index[n.Members[i].Name] = i
	}
}

// The limits of a document.
const (
	MaxDocument    = 4 << 20 // bytes
	MaxDepth       = 64
	MaxCollections = 500
	MaxFields      = 200 // of a collection or of a resource
	maxProblems    = 1000
)

// decode reads a JSON text. Every duplicate name is a problem with its path; so is what is not JSON at all.
func decode(src []byte) (*Node, Problems) {
	switch {
	case len(src) > MaxDocument:
		return nil, Problems{{Message: fmt.Sprintf("The document has %d bytes; at most %d are allowed.", len(src), MaxDocument)}}
	case bytes.HasPrefix(src, []byte("\xef\xbb\xbf")):
		return nil, Problems{{Message: "The document begins with a byte order mark.", Suggestion: "Save it as UTF-8 without one."}}
	case !utf8.Valid(src):
		return nil, Problems{{Message: "The document is not valid UTF-8."}}
	}
	d := decoder{dec: json.NewDecoder(bytes.NewReader(src)), src: src}
	d.dec.UseNumber()
	n, err := d.value("", 0)
	if err == nil {
		if _, more := d.dec.Token(); more != io.EOF {
			err = errors.New("there is something after the end of the document")
		}
	}
	if err != nil {
		return nil, append(d.problems, Problem{Message: "This is not JSON: " + d.explain(err) + "."})
	}
	return n, d.problems
}

type decoder struct {
	dec      *json.Decoder
	src      []byte
	problems Problems
}

func (d *decoder) explain(err error) string {
	at := d.dec.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err, at = errors.New("unexpected end"), int64(len(d.src))
	}
	before := d.src[:min(max(at, 0), int64(len(d.src)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d: %s", line, max(column, 1), err)
}

func (d *decoder) value(path string, depth int) (*Node, error) {
	token, err := d.dec.Token()
	if err != nil {
		return nil, err
	}
	if depth > MaxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d levels", MaxDepth)
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return d.object(path, depth)
		}
		return d.array(path, depth)
	case string:
		return &Node{Kind: StringNode, Text: t}, nil
	case json.Number:
		return &Node{Kind: NumberNode, Text: t.String()}, nil
	case bool:
		return &Node{Kind: BoolNode, Bool: t}, nil
	}
	return &Node{Kind: NullNode}, nil
}

func (d *decoder) object(path string, depth int) (*Node, error) {
	n := &Node{Kind: ObjectNode, index: map[string]int{}}
	for d.dec.More() {
		token, err := d.dec.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		v, err := d.value(join(path, name), depth+1)
		if err != nil {
			return nil, err
		}
		if n.Get(name) != nil {
			if len(d.problems) < maxProblems {
				d.problems = append(d.problems, Problem{Path: join(path, name), Message: fmt.Sprintf("The key %q appears twice.", name)})
			}
			continue
		}
		n.set(name, v)
	}
	_, err := d.dec.Token()
	return n, err
}

func (d *decoder) array(path string, depth int) (*Node, error) {
	n := &Node{Kind: ArrayNode}
	for d.dec.More() {
		v, err := d.value(fmt.Sprintf("%s[%d]", path, len(n.Items)), depth+1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, v)
	}
	_, err := d.dec.Token()
	return n, err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
