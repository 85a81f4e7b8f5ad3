package rest

import "strings"

// NodeKind is what a Node holds, by the Python type that DRF would see.
type NodeKind uint8

// The kinds of input.
const (
	Missing NodeKind = iota // no value was sent (DRF: empty)
	NullNode
	BoolNode
	IntNode   // exact, of any size: Text is its canonical decimal form
	FloatNode // Text is Python's repr of it
	StringNode
	ListNode
	ObjectNode
	FormNode // a QueryDict: urlencoded or multipart input, or a part of one
	FileNode
)

// Node is a piece of request input. Strings are UTF-8, except that a lone surrogate from a JSON escape is kept in its
// three-byte form, so that it can be refused with DRF's message.
type Node struct {
	Kind  NodeKind
	Bool  bool
	Text  string
	Items []*Node
	Names []string // ObjectNode: the names of Items, in order, each once
	Form  *Form
	File  *FilePart
	JSON  bool // a string from a form that holds JSON (DRF: JSONString)
}

var (
	missing  = &Node{}
	nullNode = &Node{Kind: NullNode}
)

// StringValue returns a string Node.
func StringValue(s string) *Node { return &Node{Kind: StringNode, Text: s} }

// Object returns an empty object Node, to be filled with Set.
func Object() *Node { return &Node{Kind: ObjectNode} }

// Get returns the member of an object, or a Missing node.
func (n *Node) Get(name string) *Node {
	for i, have := range n.Names {
		if have == name {
			return n.Items[i]
		}
	}
	return missing
}

// Set puts a member into an object: a name that is there keeps its place and takes the new value, as in a Python dict.
func (n *Node) Set(name string, v *Node) {
	for i, have := range n.Names {
		if have == name {
			n.Items[i] = v
			return
		}
	}
	n.Names, n.Items = append(n.Names, name), append(n.Items, v)
}

// IsEmptyString reports whether n is the string "".
func (n *Node) IsEmptyString() bool { return n.Kind == StringNode && n.Text == "" }

// TypeName returns the name of the Python type, as DRF's messages use it.
func (n *Node) TypeName() string {
	switch n.Kind {
	case BoolNode:
		return "bool"
	case IntNode:
		return "int"
	case FloatNode:
		return "float"
	case StringNode:
		return "str"
	case ListNode:
		return "list"
	case ObjectNode:
		return "dict"
	case FormNode:
		return "QueryDict"
	case FileNode:
		return "InMemoryUploadedFile"
	}
	return "NoneType"
}

// PyString returns what Python's str() makes of the value.
func (n *Node) PyString() string {
	switch n.Kind {
	case StringNode, IntNode, FloatNode:
		return n.Text
	case FileNode:
		return n.File.Name
	}
	var b strings.Builder
	n.repr(&b, 0)
	return b.String()
}

// maxRepr bounds how much of a container a message repeats.
const maxRepr = 1000

func (n *Node) repr(b *strings.Builder, depth int) {
	if b.Len() > maxRepr || depth > 20 {
		return
	}
	switch n.Kind {
	case BoolNode:
		if n.Bool {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case IntNode, FloatNode:
		b.WriteString(n.Text)
	case StringNode:
		b.WriteString(pyQuote(n.Text))
	case ListNode:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			item.repr(b, depth+1)
		}
		b.WriteByte(']')
	case ObjectNode:
		b.WriteByte('{')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(pyQuote(n.Names[i]) + ": ")
			item.repr(b, depth+1)
		}
		b.WriteByte('}')
	case FormNode:
		b.WriteString("<QueryDict>")
	default:
		b.WriteString("None")
	}
}

// pyQuote returns Python's repr of a string: single quotes unless it has some and no double ones.
func pyQuote(s string) string {
	q := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = '"'
	}
	r := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, string(q), `\`+string(q))
	return string(q) + r.Replace(s) + string(q)
}
