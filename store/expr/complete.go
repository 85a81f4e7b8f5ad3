package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
)

// Completion is something that can stand where a person is typing: Text replaces the source from Pos on, up to the
// position asked about. Kind is field, relation, list, variable, function, method, keyword or choice.
type Completion struct {
	Text   string `json:"text"`
	Kind   string `json:"kind"`
	Detail string `json:"detail,omitempty"`
	Pos    int    `json:"pos"`
}

// Complete lists what can stand at a byte position of a source, which need not be complete or right.
func Complete(src string, pos int, env Env) []Completion {
	if pos < 0 || pos > len(src) || len(src) > MaxSource {
		return nil
	}
	tokens, open := tokensOf(src[:pos])
	if open {
		return nil
	}
	k := &completer{checker: &checker{env: env}, tokens: tokens, pos: pos}
	k.findLoops()
	if n := len(tokens); n > 0 && tokens[n-1].kind == tIdent && tokens[n-1].end == pos {
		k.prefix, k.pos = tokens[n-1].text, tokens[n-1].pos
		k.tokens = tokens[:n-1]
	}
	k.list()
	return k.found
}

// tokensOf returns the tokens of a source up to its end; open reports that it ends within a text or number.
func tokensOf(src string) (tokens []token, open bool) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(*failure)
			if !ok {
				panic(r)
			}
			open = f.End >= len(src)
			if !open {
				tokens = nil
			}
		}
	}()
	l := lexer{src: src}
	for {
		t := l.next()
		if t.kind == tEOF {
			break
		}
		tokens = append(tokens, t)
	}
	if n := len(tokens); n > 0 && tokens[n-1].end == len(src) {
		last := tokens[n-1].kind
		open = last == tInt || last == tNumber || last == tString
	}
	return tokens, open
}

type completer struct {
	*checker
	tokens []token // before what is being typed
	prefix string
	pos    int
	found  []Completion
}

func (k *completer) add(text, kind, detail string) {
	if strings.HasPrefix(strings.ToLower(text), strings.ToLower(k.prefix)) {
		k.found = append(k.found, Completion{text, kind, detail, k.pos})
	}
}

func (k *completer) last(n int, text string) bool {
	i := len(k.tokens) - n
	return i >= 0 && k.tokens[i].text == text && (k.tokens[i].kind == tPunct || k.tokens[i].kind == tIdent)
}

func (k *completer) list() {
	switch {
	case k.last(1, "."):
		k.afterPoint()
		return
	case k.last(1, "==") || k.last(1, "!="):
		k.choices(k.pathBefore(len(k.tokens) - 1))
	case k.last(1, "[") && k.last(2, "in"):
		k.choices(k.pathBefore(len(k.tokens) - 2))
		return
	}
	if k.env.Collection != nil {
		k.members(path{coll: k.env.Collection})
	}
	for _, l := range k.loops {
		k.add(l.name, "variable", l.at.coll.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(k.env.Vars)) {
		k.add(name, "variable", typeName(k.env.Vars[name]))
	}
	for _, name := range reserved {
		k.add(name, "variable", "")
	}
	for _, name := range functions {
		k.add(name, "function", "")
	}
	for _, name := range []string{"true", "false", "null"} {
		k.add(name, "keyword", "")
	}
}

// pathBefore resolves the path of names that ends before token i; its form is fWrong where there is none.
func (k *completer) pathBefore(i int) operand {
	var n *Node
	start := i
	for start > 0 && k.tokens[start-1].kind == tIdent {
		start--
		if start == 0 || k.tokens[start-1].text != "." || k.tokens[start-1].kind != tPunct {
			break
		}
		start--
	}
	for j := start; j < i; j += 2 {
		t := k.tokens[j]
		if t.kind != tIdent {
			return wrong
		}
		if n == nil {
			n = &Node{Op: OpIdent, Text: t.text, Pos: t.pos, End: t.end, At: t.pos}
		} else {
			n = &Node{Op: OpSelect, Text: t.text, Args: []*Node{n}, Pos: n.Pos, End: t.end, At: t.pos}
		}
	}
	if n == nil {
		return wrong
	}
	o, _ := k.resolve(n)
	return o
}

func (k *completer) afterPoint() {
	if k.last(2, "request") {
		k.add("method", "field", "a text")
		k.add("ip", "field", "an IP address")
		return
	}
	switch o := k.pathBefore(len(k.tokens) - 1); o.form {
	case fRecord:
		k.members(o.rec)
		if o.rec.slot == slotUser && len(o.rec.steps) == 0 {
			k.add("is_authenticated", "field", "a boolean")
		}
	case fMembers:
		k.add("exists", "method", "exists(t, condition)")
	case fScalar:
		if isTextual(o.x.typ()) {
			for _, name := range methods[:5] {
				k.add(name, "method", "")
			}
		}
	}
}

func (k *completer) members(of path) {
	for _, f := range of.coll.Fields {
		switch {
		case f.Secret:
		case f.Relation == schema.ManyToMany:
			k.add(f.Name, "list", f.To.Name)
		case f.To != nil:
			k.add(f.Name, "relation", f.To.Name)
		default:
			k.add(f.Name, "field", typeName(f.Type))
		}
	}
	for _, r := range of.coll.Reverse {
		if r.Many() {
			k.add(r.Name, "list", r.From().Name)
		} else {
			k.add(r.Name, "relation", r.From().Name)
		}
	}
}

func (k *completer) choices(o operand) {
	if o.form != fScalar || o.field == nil {
		return
	}
	for _, choice := range o.field.Choices {
		text := o.field.Type.String(choice.Value)
		if o.field.Type.IsText() {
			text = Format(&Node{Op: OpString, Text: text})
		}
		k.add(text, "choice", choice.Label)
	}
}

// findLoops finds the variables of .exists( t, whose bodies are still open.
func (k *completer) findLoops() {
	var depth []int // tokens that opened brackets
	for i, t := range k.tokens {
		if t.kind != tPunct {
			continue
		}
		switch t.text {
		case "(", "[":
			depth = append(depth, i)
		case ")", "]":
			if len(depth) > 0 {
				opened := depth[len(depth)-1]
				depth = depth[:len(depth)-1]
				k.loops = slices.DeleteFunc(k.loops, func(l loop) bool { return l.root == -opened })
			}
		case ",":
			if n := len(depth); n > 0 {
				k.addLoop(depth[n-1], i)
			}
		}
	}
}

// addLoop notes the variable between the bracket at open and the comma at comma, if it is one of .exists(. Its root
// holds the bracket.
func (k *completer) addLoop(open, comma int) {
	if comma != open+2 || open < 3 || k.tokens[open-1].text != "exists" || k.tokens[open+1].kind != tIdent {
		return
	}
	of := k.pathBefore(open - 2)
	if of.form == fMembers && slotLoop+len(k.loops) < maxSlots {
		at := path{slot: slotLoop + len(k.loops), coll: of.step.Target()}
		k.loops = append(k.loops, loop{name: k.tokens[open+1].text, at: at, root: -open})
	}
}
