package schema

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// AssignIDs adds the ids that a document lacks (c_… to collections, f_… to fields, r_… to resources) and returns it in
// canonical form. Without anything to add, or if it is not a JSON object, it returns the document as it is and false.
// The built-in users collection and its fields have ids of their own.
func AssignIDs(doc []byte) ([]byte, bool) {
	root, problems := decode(doc)
	if len(problems) > 0 || root.Kind != ObjectNode {
		return doc, false
	}
	a := assigner{taken: map[string]bool{}}
	a.each(root, a.note)
	a.each(root, a.give)
	if !a.changed {
		return doc, false
	}
	return (&Document{root}).Canonical(), true
}

type assigner struct {
	taken   map[string]bool
	changed bool
}

// each visits every object that has an id, with the prefix of its kind.
func (a *assigner) each(root *Node, visit func(n *Node, prefix string)) {
	for _, m := range objectMembers(root.Get("collections")) {
		if m.Name != "users" {
			visit(m.Value, "c_")
		}
		for _, f := range objectMembers(m.Value.Get("fields")) {
			visit(f.Value, "f_")
		}
	}
	for _, m := range objectMembers(root.Get("resources")) {
		visit(m.Value, "r_")
	}
}

// objectMembers returns the members of n that are objects, and none if n is not one.
func objectMembers(n *Node) []Member {
	if n == nil {
		return nil
	}
	var out []Member
	for _, m := range n.Members {
		if m.Value.Kind == ObjectNode {
			out = append(out, m)
		}
	}
	return out
}

func (a *assigner) note(n *Node, _ string) {
	if id := n.Get("id"); id != nil {
		a.taken[id.Text] = true
	}
}

func (a *assigner) give(n *Node, prefix string) {
	if n.Get("id") != nil {
		return
	}
	id := prefix + randomID()
	for a.taken[id] {
		id = prefix + randomID()
	}
	a.taken[id], a.changed = true, true
	n.setFirst("id", &Node{Kind: StringNode, Text: id})
}

// randomID returns six random base32 digits.
func randomID() string {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))[:6]
}
