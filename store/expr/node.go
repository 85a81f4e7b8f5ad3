package expr

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Op is the kind of a Node.
type Op string

// The kinds. Operators are named as they are written.
const (
	OpIdent  Op = "ident"  // Text: the name
	OpInt    Op = "int"    // Text: the digits
	OpNumber Op = "number" // Text: digits with a point or an exponent
	OpString Op = "string" // Text: the decoded text
	OpBool   Op = "bool"   // Text: true or false
	OpNull   Op = "null"
	OpList   Op = "list"
	OpSelect Op = "select" // Args[0].Text
	OpCall   Op = "call"   // Text(Args…)
	OpMethod Op = "method" // Args[0].Text(Args[1:]…)
	OpNot    Op = "!"
	OpNeg    Op = "-x"
	OpAdd    Op = "+"
	OpSub    Op = "-"
	OpEq     Op = "=="
	OpNe     Op = "!="
	OpLt     Op = "<"
	OpLe     Op = "<="
	OpGt     Op = ">"
	OpGe     Op = ">="
	OpIn     Op = "in"
	OpAnd    Op = "&&" // two Args or more
	OpOr     Op = "||"
)

// Node is a node of the syntax tree. Pos and End are byte offsets into the source, without enclosing parentheses;
// At is where the operator or name stands. Type is what compiling found it to be, in words ("a text", "a condition").
type Node struct {
	Op    Op      `json:"op"`
	Text  string  `json:"text,omitempty"`
	Args  []*Node `json:"args,omitempty"`
	Pos   int     `json:"pos"`
	End   int     `json:"end"`
	At    int     `json:"at"`
	Type  string  `json:"type,omitempty"`
	depth int
}

// precedence is how tightly an operator binds, from || to names and literals.
func (op Op) precedence() int {
	switch op {
	case OpOr:
		return 1
	case OpAnd:
		return 2
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe, OpIn:
		return 3
	case OpAdd, OpSub:
		return 4
	case OpNot, OpNeg:
		return 5
	}
	return 6
}

// Format writes a tree as canonical source: single spaces, double quotes, no needless parentheses. Parsing what it
// writes gives an equal tree.
func Format(n *Node) string {
	var b strings.Builder
	format(&b, n)
	return b.String()
}

// ErrTree is a tree that no source has.
var ErrTree = errors.New("expr: not the tree of an expression")

// FormatTree is Format for a tree that came from outside: the error wraps ErrTree where it is not well formed, and is
// Errors where its text breaks the limits of a source.
func FormatTree(n *Node) (string, error) {
	if err := wellFormed(n, 0, new(int)); err != nil {
		return "", err
	}
	src := Format(n)
	_, err := Parse(src)
	return src, err
}

var nameRE = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// literalRE is how the texts of literals look.
var literalRE = map[Op]*regexp.Regexp{
	OpInt: regexp.MustCompile(`^[0-9]+$`), OpBool: regexp.MustCompile(`^(true|false)$`),
	OpNumber: regexp.MustCompile(`^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`),
}

func wellFormed(n *Node, depth int, nodes *int) error {
	if *nodes++; n == nil || depth > MaxDepth || *nodes > MaxNodes || len(n.Text) > MaxSource {
		return ErrTree
	}
	least, most := 0, 0 // Args
	switch n.Op {
	case OpIdent, OpSelect, OpCall, OpMethod:
		if !nameRE.MatchString(n.Text) {
			return fmt.Errorf("%w: the name %q", ErrTree, n.Text)
		}
		least, most = map[Op]int{OpSelect: 1, OpMethod: 1}[n.Op], map[Op]int{OpSelect: 1, OpMethod: MaxNodes, OpCall: MaxNodes}[n.Op]
	case OpInt, OpNumber, OpBool:
		if !literalRE[n.Op].MatchString(n.Text) {
			return fmt.Errorf("%w: %q is not %s", ErrTree, n.Text, n.Op)
		}
	case OpString, OpNull:
	case OpList:
		most = MaxNodes
	case OpNot, OpNeg:
		least, most = 1, 1
	case OpAnd, OpOr:
		least, most = 2, MaxNodes
	default:
		if least, most = 2, 2; n.Op.precedence() == 6 {
			return fmt.Errorf("%w: the operator %q", ErrTree, n.Op)
		}
	}
	if len(n.Args) < least || len(n.Args) > most {
		return fmt.Errorf("%w: %d operands of %s", ErrTree, len(n.Args), n.Op)
	}
	for _, arg := range n.Args {
		if err := wellFormed(arg, depth+1, nodes); err != nil {
			return err
		}
	}
	return nil
}

func format(b *strings.Builder, n *Node) {
	switch n.Op {
	case OpIdent, OpInt, OpNumber, OpBool:
		b.WriteString(n.Text)
	case OpNull:
		b.WriteString("null")
	case OpString:
		quote(b, n.Text)
	case OpList:
		b.WriteByte('[')
		formatList(b, n.Args)
		b.WriteByte(']')
	case OpSelect:
		formatOperand(b, n.Args[0], 6)
		b.WriteString("." + n.Text)
	case OpMethod:
		formatOperand(b, n.Args[0], 6)
		b.WriteString("." + n.Text + "(")
		formatList(b, n.Args[1:])
		b.WriteByte(')')
	case OpCall:
		b.WriteString(n.Text + "(")
		formatList(b, n.Args)
		b.WriteByte(')')
	case OpNot, OpNeg:
		b.WriteByte(n.Op[0])
		formatOperand(b, n.Args[0], 5)
	default:
		formatBinary(b, n)
	}
}

// formatBinary leaves out parentheses on the left of + and -, which associate to the left; comparisons do not chain.
func formatBinary(b *strings.Builder, n *Node) {
	own := n.Op.precedence()
	for i, arg := range n.Args {
		least := own + 1
		if i == 0 && own == 4 {
			least = own
		}
		if i > 0 {
			b.WriteString(" " + string(n.Op) + " ")
		}
		formatOperand(b, arg, least)
	}
}

func formatOperand(b *strings.Builder, n *Node, least int) {
	if n.Op.precedence() >= least {
		format(b, n)
		return
	}
	b.WriteByte('(')
	format(b, n)
	b.WriteByte(')')
}

func formatList(b *strings.Builder, list []*Node) {
	for i, n := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		format(b, n)
	}
}

// quote writes a text as a literal that the lexer reads back.
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(r) && r < 0x10000:
			h := strconv.FormatInt(int64(r), 16)
			b.WriteString(`\u` + "0000"[len(h):] + h)
		case !unicode.IsPrint(r):
			h := strconv.FormatInt(int64(r), 16)
			b.WriteString(`\U` + "00000000"[len(h):] + h)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
