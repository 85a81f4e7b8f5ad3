package rest

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxJSONDepth bounds how deep arrays and objects may nest in a request body.
const maxJSONDepth = 200

// ParseJSON parses a request body as Python's json module does under DRF's parser: integers exact, the last of
// duplicate keys wins, NaN and Infinity refused. Errors are ParseErrors with Python's text. The empty body is an error.
func ParseJSON(body []byte) (*Node, error) {
	text, err := decodeUTF8(body)
	if err != nil {
		return nil, jsonError(err.Error())
	}
	if strings.HasPrefix(text, "\ufeff") {
		return nil, jsonError("Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)")
	}
	return parseJSONText(text)
}

func parseJSONText(text string) (*Node, error) {
	p := &jsonParser{s: text}
	p.space()
	n, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(p.s) {
		return nil, p.fail("Extra data", p.i)
	}
	return n, nil
}

func jsonError(msg string) error { return ParseError("JSON parse error - " + msg) }

type jsonParser struct {
	s string
	i int
}

// fail words an error as Python does, with line, column and offset counted in code points.
func (p *jsonParser) fail(msg string, at int) error {
	before := p.s[:min(at, len(p.s))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return jsonError(fmt.Sprintf("%s: line %d column %d (char %d)", msg, line, column, utf8.RuneCountInString(before)))
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) word(w string) bool {
	if strings.HasPrefix(p.s[p.i:], w) {
		p.i += len(w)
		return true
	}
	return false
}

func (p *jsonParser) value(depth int) (*Node, error) {
	if depth > maxJSONDepth {
		return nil, jsonError(fmt.Sprintf("nested deeper than %d levels", maxJSONDepth))
	}
	switch c := p.peek(); {
	case c == '"':
		s, err := p.str()
		return &Node{Kind: StringNode, Text: s}, err
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '-' || decimalDigit(c):
		if n, err := p.number(); n != nil || err != nil {
			return n, err
		}
	}
	switch {
	case p.word("null"):
		return nullNode, nil
	case p.word("true"):
		return &Node{Kind: BoolNode, Bool: true}, nil
	case p.word("false"):
		return &Node{Kind: BoolNode}, nil
	}
	for _, w := range [...]string{"NaN", "Infinity", "-Infinity"} {
		if p.word(w) {
			return nil, jsonError("Out of range float values are not JSON compliant: '" + w + "'")
		}
	}
	return nil, p.fail("Expecting value", p.i)
}

// number parses a number; nil without an error means that there is none (a lone minus).
func (p *jsonParser) number() (*Node, error) {
	start, i := p.i, p.i
	if p.s[i] == '-' {
		i++
	}
	first := i
	for i < len(p.s) && decimalDigit(p.s[i]) {
		i++
		if i == first+1 && p.s[first] == '0' {
			break
		}
	}
	if i == first {
		return nil, nil
	}
	whole := i
	if i+1 < len(p.s) && p.s[i] == '.' && decimalDigit(p.s[i+1]) {
		i = digitsEnd(p.s, i+1)
	}
	if i < len(p.s) && p.s[i]|32 == 'e' {
		e := i + 1
		if e < len(p.s) && (p.s[e] == '+' || p.s[e] == '-') {
			e++
		}
		if e < len(p.s) && decimalDigit(p.s[e]) {
			i = digitsEnd(p.s, e)
		}
	}
	p.i = i
	if i == whole {
		return intNode(p.s[start:i], whole-first)
	}
	f, _ := strconv.ParseFloat(p.s[start:i], 64)
	return &Node{Kind: FloatNode, Text: pyFloat(f)}, nil
}

func digitsEnd(s string, i int) int {
	for i < len(s) && decimalDigit(s[i]) {
		i++
	}
	return i
}

func intNode(s string, digits int) (*Node, error) {
	if digits > maxIntDigits {
		return nil, jsonError(fmt.Sprintf("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+
			"use sys.set_int_max_str_digits() to increase the limit", maxIntDigits, digits))
	}
	if s == "-0" {
		s = "0"
	}
	return &Node{Kind: IntNode, Text: s}, nil
}

// Big returns the value of an IntNode.
func (n *Node) Big() *big.Int {
	v, _ := new(big.Int).SetString(n.Text, 10)
	return v
}

func (p *jsonParser) array(depth int) (*Node, error) {
	n := &Node{Kind: ListNode}
	p.i++
	p.space()
	if p.peek() == ']' {
		p.i++
		return n, nil
	}
	for {
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
		p.space()
		switch p.peek() {
		case ']':
			p.i++
			return n, nil
		case ',':
			p.i++
			p.space()
		default:
			return nil, p.fail("Expecting ',' delimiter", p.i)
		}
	}
}

func (p *jsonParser) object(depth int) (*Node, error) {
	n := &Node{Kind: ObjectNode}
	var index map[string]int
	p.i++
	p.space()
	if p.peek() == '}' {
		p.i++
		return n, nil
	}
	for {
		if p.peek() != '"' {
			return nil, p.fail("Expecting property name enclosed in double quotes", p.i)
		}
		name, err := p.str()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.peek() != ':' {
			return nil, p.fail("Expecting ':' delimiter", p.i)
		}
		p.i++
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		index = n.setIndexed(name, v, index)
		p.space()
		switch p.peek() {
		case '}':
			p.i++
			return n, nil
		case ',':
			p.i++
			p.space()
		default:
			return nil, p.fail("Expecting ',' delimiter", p.i)
		}
	}
}

// setIndexed is Set for objects that may be large: from 16 members on it keeps a map of their places.
func (n *Node) setIndexed(name string, v *Node, index map[string]int) map[string]int {
	if index == nil && len(n.Names) < 16 {
		n.Set(name, v)
		return nil
	}
	if index == nil {
		index = make(map[string]int, 2*len(n.Names))
		for i, have := range n.Names {
			index[have] = i
		}
	}
	if i, ok := index[name]; ok {
		n.Items[i] = v
		return index
	}
	index[name] = len(n.Names)
	n.Names, n.Items = append(n.Names, name), append(n.Items, v)
	return index
}
