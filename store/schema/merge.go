package schema

import (
	"bytes"
	"slices"
)

// Conflict is a place that two documents have changed in different ways since the one that both come from. A side that
// does not have it is nil.
type Conflict struct {
	Path              string // "collections.notes.fields.title.max_length", by the names of mine, else of theirs
	Base, Mine, Their []byte // JSON
}

// Side is whose change a conflict is settled by.
type Side string

// The sides.
const (
	Mine   Side = "mine"
	Theirs Side = "theirs"
)

// Merge returns theirs with what mine has changed since base. Collections, fields and resources are matched by id, so
// that renames are followed; lists and values are changed as a whole. Conflicts that settled does not name by their
// path are returned, and then the merged document has mine in their places. Problems are those of the JSON texts.
func Merge(base, mine, theirs []byte, settled map[string]Side) (merged []byte, conflicts []Conflict, problems Problems) {
	var sides [3]*Node
	for i, text := range [][]byte{base, mine, theirs} {
		n, wrong := decode(text)
		if len(wrong) == 0 && n.Kind != ObjectNode {
			wrong = Problems{{Message: "The document must be an object, not " + n.Kind.String() + "."}}
		}
		if len(wrong) > 0 {
			return nil, nil, wrong
		}
		sides[i] = n
	}
	m := merger{settled: settled}
	out := m.merge("", "", sides[0], sides[1], sides[2])
	return (&Document{out}).Canonical(), m.conflicts, nil
}

type merger struct {
	settled   map[string]Side
	conflicts []Conflict
}

// identified are the objects whose members are matched by id: by their name in the document.
var identified = map[string]bool{"collections": true, "fields": true, "resources": true}

// merge returns what becomes of one place; nil: it is not there. name is the member that it is.
func (m *merger) merge(path, name string, base, mine, theirs *Node) *Node {
	switch {
	case equalNodes(mine, theirs), equalNodes(base, theirs):
		return mine
	case equalNodes(base, mine):
		return theirs
	case mine != nil && theirs != nil && mine.Kind == ObjectNode && theirs.Kind == ObjectNode && (base == nil || base.Kind == ObjectNode):
		return m.members(path, identified[name], base, mine, theirs)
	}
	if side := m.settled[path]; side == Mine {
		return mine
	} else if side == Theirs {
		return theirs
	}
	m.conflicts = append(m.conflicts, Conflict{path, nodeText(base), nodeText(mine), nodeText(theirs)})
	return mine
}

// members merges objects, in the order of theirs, with what only mine has at the end.
func (m *merger) members(path string, byID bool, base, mine, theirs *Node) *Node {
	out := &Node{Kind: ObjectNode, index: map[string]int{}}
	done := map[*Node]bool{}
	for _, t := range theirs.Members {
		b, o := counterpart(base, t, byID), counterpart(mine, t, byID)
		done[o.Value] = true
		m.put(out, path, b, o, t)
	}
	for _, o := range mine.Members {
		if !done[o.Value] {
			m.put(out, path, counterpart(base, o, byID), o, Member{})
		}
	}
	return out
}

// put merges one member into out. Its name is a value like any other: whoever changed it is followed.
func (m *merger) put(out *Node, path string, base, mine, theirs Member) {
	name := mine.Name
	switch {
	case name == "":
		name = theirs.Name
	case theirs.Name != "" && mine.Name == base.Name:
		name = theirs.Name
	}
	at := join(path, name)
	if mine.Name != theirs.Name && mine.Value != nil && theirs.Value != nil && mine.Name != base.Name && theirs.Name != base.Name {
		switch side := m.settled[at+".#name"]; side {
		case Mine:
		case Theirs:
			name = theirs.Name
		default:
			m.conflicts = append(m.conflicts, Conflict{at + ".#name", nodeText(nameNode(base)), nodeText(nameNode(mine)), nodeText(nameNode(theirs))})
		}
	}
	merged := m.merge(at, name, base.Value, mine.Value, theirs.Value)
	if merged == nil {
		return
	}
	if other := out.Get(name); other != nil { // two things that both sides gave one name
		if m.settled[at] == Mine && mine.Value != nil || m.settled[at] == Theirs && mine.Value == nil {
			out.set(name, merged)
		} else if m.settled[at] == "" {
			m.conflicts = append(m.conflicts, Conflict{at, nil, nodeText(merged), nodeText(other)})
		}
		return
	}
	out.set(name, merged)
}

func nameNode(m Member) *Node {
	if m.Value == nil {
		return nil
	}
	return &Node{Kind: StringNode, Text: m.Name}
}

// counterpart finds the member of n that is the same thing as another document's.
func counterpart(n *Node, of Member, byID bool) Member {
	if n == nil {
		return Member{}
	}
	if id := idOf(of.Value); byID && id != "" {
		i := slices.IndexFunc(n.Members, func(m Member) bool { return idOf(m.Value) == id })
		if i >= 0 {
			return n.Members[i]
		}
		if same := n.Get(of.Name); same == nil || idOf(same) != "" {
			return Member{}
		}
	}
	if v := n.Get(of.Name); v != nil {
		return Member{of.Name, v}
	}
	return Member{}
}

func idOf(n *Node) string {
	if id := n.Get("id"); id != nil && id.Kind == StringNode {
		return id.Text
	}
	return ""
}

// equalNodes reports whether two values are the same, in the same order.
func equalNodes(a, b *Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	return bytes.Equal(nodeText(a), nodeText(b))
}

func nodeText(n *Node) []byte {
	if n == nil {
		return nil
	}
	return n.JSON()
}
