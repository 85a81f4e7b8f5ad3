package schema

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// AssignIDs adds the ids that a document lacks (c_… to collections, f_… to fields, r_… to resources) and returns it in
// canonical form. Without anything to add, or if it is not a JSON object, it returns the document as it is and false. A
// thing without an id is the one of its name in base, the schema in force, if that is not elsewhere in the document; so
// a document written anew is a change and not a loss. The built-in users collection and its fields have ids of their
// own.
func AssignIDs(doc []byte, base *Schema) ([]byte, bool) {
	root, problems := decode(doc)
	if len(problems) > 0 || root.Kind != ObjectNode {
		return doc, false
	}
	if base == nil {
		base = &Schema{}
	}
	a := assigner{base: base, taken: map[string]bool{}}
	a.each(root, a.note)
	a.each(root, a.give)
	if !a.changed {
		return doc, false
	}
	return (&Document{root}).Canonical(), true
}

type assigner struct {
	base    *Schema
	taken   map[string]bool
	changed bool
}

// each visits every object that has an id, with the prefix of its kind and the id of its namesake in base.
func (a *assigner) each(root *Node, visit func(n *Node, prefix, namesake string)) {
	for _, m := range objectMembers(root.Get("collections")) {
		was := a.base.Collection(m.Name)
		if m.Name != "users" {
			namesake := ""
			if was != nil {
				namesake = was.ID
			}
			visit(m.Value, "c_", namesake)
			was = a.withID(m.Value.Get("id"))
		}
		for _, f := range objectMembers(m.Value.Get("fields")) {
			namesake := ""
			if was != nil && was.Field(f.Name) != nil {
				namesake = was.Field(f.Name).ID
			}
			visit(f.Value, "f_", namesake)
		}
	}
	for _, m := range objectMembers(root.Get("resources")) {
		namesake := ""
		if was := a.base.Resource(m.Name); was != nil {
			namesake = was.ID
		}
		visit(m.Value, "r_", namesake)
	}
}

// withID returns the collection of base with the id of a node, or nil.
func (a *assigner) withID(id *Node) *Collection {
	for _, c := range a.base.Collections {
		if id != nil && c.ID == id.Text {
			return c
		}
	}
	return nil
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

func (a *assigner) note(n *Node, _, _ string) {
	if id := n.Get("id"); id != nil {
		a.taken[id.Text] = true
	}
}

func (a *assigner) give(n *Node, prefix, namesake string) {
	if n.Get("id") != nil {
		return
	}
	id := namesake
	for !idPattern.MatchString(id) || a.taken[id] { // a namesake that was never written down has no id of its own
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
