package expr

import (
	"unicode/utf8"
)

// Limits of a source: its bytes, the nesting of its tree, its nodes, and the characters of a number.
const (
	MaxSource = 8 << 10
	MaxDepth  = 64
	MaxNodes  = 1000
	maxNumber = 64
)

// Parse parses a source without checking names or types. The error is Errors.
func Parse(src string) (n *Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(*failure)
			if !ok {
				panic(r)
			}
			n, err = nil, Errors{f.Error}.Placed(src)
		}
	}()
	if len(src) > MaxSource {
		panic(fail(0, 0, "An expression has at most %d bytes.", MaxSource))
	}
	for i, r := range src {
		if _, size := utf8.DecodeRuneInString(src[i:]); r == utf8.RuneError && size == 1 {
			panic(fail(i, i+1, "An expression must be valid UTF-8."))
		}
	}
	p := &parser{lex: lexer{src: src}}
	p.advance()
	n = p.binary(1)
	if p.tok.kind != tEOF {
		panic(p.unexpected())
	}
	return n, nil
}

type parser struct {
	lex   lexer
	tok   token
	last  int // end of the token before tok
	depth int
	nodes int
}

func (p *parser) advance() token {
	t := p.tok
	p.last = t.end
	p.tok = p.lex.next()
	return t
}

func (p *parser) is(punct string) bool { return p.tok.kind == tPunct && p.tok.text == punct }

func (p *parser) expect(punct, after string) {
	if !p.is(punct) {
		f := p.unexpected()
		f.Message += " Expected " + punct + after + "."
		panic(f)
	}
	p.advance()
}

func (p *parser) unexpected() *failure {
	t := p.tok
	if t.kind == tEOF {
		return fail(t.pos, t.end, "The expression ends too early.")
	}
	f := fail(t.pos, t.end, "Unexpected %s.", p.lex.src[t.pos:t.end])
	instead := map[string]string{"and": "&&", "AND": "&&", "or": "||", "OR": "||", "not": "!", "NOT": "!", "is": "=="}
	if s := instead[t.text]; s != "" && t.kind == tIdent {
		f = f.suggest("Use " + s + ".")
	}
	return f
}

// node makes a node, which counts against the limits.
func (p *parser) node(op Op, text string, pos, at int, args ...*Node) *Node {
	n := &Node{Op: op, Text: text, Args: args, Pos: pos, End: p.last, At: at}
	p.measure(n)
	if p.nodes++; p.nodes > MaxNodes {
		panic(fail(pos, n.End, "An expression has at most %d parts.", MaxNodes))
	}
	return n
}

func (p *parser) measure(n *Node) {
	for _, a := range n.Args {
		n.depth = max(n.depth, a.depth+1)
	}
	if n.depth > MaxDepth {
		panic(fail(n.Pos, n.End, "An expression is nested at most %d levels deep.", MaxDepth))
	}
}

// deeper guards the parser's own recursion.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > MaxDepth {
		panic(fail(p.tok.pos, p.tok.end, "An expression is nested at most %d levels deep.", MaxDepth))
	}
	return func() { p.depth-- }
}

// operator returns the binary operator that tok is, and whether it is one.
func (p *parser) operator() (Op, bool) {
	if p.tok.kind == tIdent && p.tok.text == "in" {
		return OpIn, true
	}
	if p.tok.kind != tPunct {
		return "", false
	}
	op := Op(p.tok.text)
	return op, op != OpNot && op.precedence() < 6
}

// binary parses operators that bind at least as tightly as least.
func (p *parser) binary(least int) *Node {
	left := p.unary()
	for {
		op, ok := p.operator()
		own := op.precedence()
		if !ok || own < least {
			return left
		}
		at := p.advance().pos
		right := p.binary(own + 1)
		left = p.join(op, at, left, right)
		if next, ok := p.operator(); ok && own == 3 && next.precedence() == 3 {
			panic(p.unexpected().suggest("Comparisons do not chain: join them by &&."))
		}
	}
}

// join makes a binary node; && and || take all their operands into one.
func (p *parser) join(op Op, at int, left, right *Node) *Node {
	var args []*Node
	for _, n := range []*Node{left, right} {
		if n.Op == op && (op == OpAnd || op == OpOr) {
			args = append(args, n.Args...)
		} else {
			args = append(args, n)
		}
	}
	n := p.node(op, "", left.Pos, at, args...)
	n.End = right.End
	return n
}

func (p *parser) unary() *Node {
	defer p.deeper()()
	for op, punct := range map[Op]string{OpNot: "!", OpNeg: "-"} {
		if p.is(punct) {
			at := p.advance().pos
			arg := p.unary()
			n := p.node(op, "", at, at, arg)
			n.End = arg.End
			return n
		}
	}
	return p.member()
}

func (p *parser) member() *Node {
	n := p.primary()
	for p.is(".") {
		p.advance()
		if p.tok.kind != tIdent {
			f := p.unexpected()
			f.Message += " Expected a name after the point."
			panic(f)
		}
		name := p.advance()
		if p.is("(") {
			args := append([]*Node{n}, p.list("(", ")")...)
			n = p.node(OpMethod, name.text, n.Pos, name.pos, args...)
		} else {
			n = p.node(OpSelect, name.text, n.Pos, name.pos, n)
		}
	}
	if p.is("[") {
		panic(p.unexpected().suggest("Elements are not taken by index; use in or .exists()."))
	}
	return n
}

// list parses a bracketed list of expressions, with an optional comma at the end of a [list].
func (p *parser) list(open, end string) []*Node {
	p.expect(open, "")
	var list []*Node
	for !p.is(end) {
		if len(list) > 0 {
			p.expect(",", " or "+end)
			if p.is(end) && open == "[" {
				break
			}
		}
		list = append(list, p.binary(1))
	}
	p.advance()
	return list
}

var keywords = map[string]Op{"true": OpBool, "false": OpBool, "null": OpNull}

func (p *parser) primary() *Node {
	t := p.tok
	switch {
	case t.kind == tIdent:
		return p.name()
	case t.kind == tInt:
		p.advance()
		return p.node(OpInt, t.text, t.pos, t.pos)
	case t.kind == tNumber:
		p.advance()
		return p.node(OpNumber, t.text, t.pos, t.pos)
	case t.kind == tString:
		p.advance()
		return p.node(OpString, t.text, t.pos, t.pos)
	case p.is("("):
		p.advance()
		n := p.binary(1)
		p.expect(")", "")
		return n
	case p.is("["):
		return p.node(OpList, "", t.pos, t.pos, p.list("[", "]")...).endingAt(p.last)
	}
	panic(p.unexpected())
}

func (n *Node) endingAt(end int) *Node {
	n.End = end
	return n
}

func (p *parser) name() *Node {
	t := p.advance()
	if op, ok := keywords[t.text]; ok {
		if op == OpNull {
			return p.node(op, "", t.pos, t.pos)
		}
		return p.node(op, t.text, t.pos, t.pos)
	}
	if t.text == "in" {
		panic(fail(t.pos, t.end, "Unexpected in."))
	}
	if p.is("(") {
		return p.node(OpCall, t.text, t.pos, t.pos, p.list("(", ")")...)
	}
	return p.node(OpIdent, t.text, t.pos, t.pos)
}
