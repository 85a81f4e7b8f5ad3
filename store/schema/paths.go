package schema

import (
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// Walk follows a path of names, separated by "." or "__", from a collection: fields and ways back. The error is a
// Problem without a path: it names what is missing and suggests what could be meant.
func (c *Collection) Walk(path string) (Path, error) {
	steps, problem := c.follow(path, nil)
	if problem != nil {
		return nil, *problem
	}
	return steps, nil
}

// follow is Walk; what is missing because it is broken gives neither steps nor a problem.
func (c *Collection) follow(path string, broken map[string]bool) (Path, *Problem) {
	var out Path
	at := c
	parts := splitPath(path)
	for i, name := range parts {
		if at == nil {
			if out[i-1].unresolved() {
				return nil, nil
			}
			return nil, &Problem{Message: fmt.Sprintf("%q is not a relation, so there is no %q behind it.", parts[i-1], name)}
		}
		step, ok := at.step(name)
		switch {
		case !ok && broken[at.Name+"."+name]:
			return nil, nil
		case !ok:
			return nil, &Problem{Message: fmt.Sprintf("%s has no field %q.", at.Name, name), Suggestion: Nearest(name, at.stepNames())}
		}
		out = append(out, step)
		at = step.Target()
	}
	return out, nil
}

// unresolved reports whether the step is a relation that leads nowhere, because the document is wrong.
func (s Step) unresolved() bool {
	return s.Reverse == nil && s.Field.Relation != NoRelation && s.Field.To == nil
}

func splitPath(path string) []string { return strings.Split(strings.ReplaceAll(path, "__", "."), ".") }

func (c *Collection) step(name string) (Step, bool) {
	if name == "pk" && c.Key != nil {
		return Step{Field: c.Key}, true
	}
	if f := c.byName[name]; f != nil {
		return Step{Field: f}, true
	}
	if r := c.reverse[name]; r != nil {
		return Step{Reverse: r}, true
	}
	return Step{}, false
}

func (c *Collection) stepNames() []string {
	var names []string
	for _, f := range c.Fields {
		names = append(names, f.Name)
	}
	for _, r := range c.Reverse {
		names = append(names, r.Name)
	}
	return names
}

// Error makes a Problem an error by itself.
func (p Problem) Error() string { return p.String() }

// walk is Walk with its error reported at the cursor.
func (c cursor) walk(col *Collection, path string) (Path, bool) {
	if len(path) > maxPath {
		c.fail("", "The path is longer than %d characters.", maxPath)
		return nil, false
	}
	steps, problem := col.follow(path, c.broken)
	if problem != nil {
		c.fail(problem.Suggestion, "%s", problem.Message)
	}
	return steps, steps != nil
}

// maxPath bounds a path in characters; what a path may join is bounded with it.
const maxPath = 255

// noField reports that a collection has no field of that name.
func (c cursor) noField(col *Collection, name string) {
	if !c.broken[col.Name+"."+name] {
		c.fail(c.nearest(name, col.stepNames()), "%s has no field %q.", col.Name, name)
	}
}

// forward returns a path of foreign keys and one-to-one relations that ends with a column.
func (c cursor) forward(col *Collection, path string) ([]*Field, bool) {
	steps, ok := c.walk(col, path)
	if !ok {
		return nil, false
	}
	fields := make([]*Field, len(steps))
	for i, s := range steps {
		if s.Reverse != nil || s.Field.Relation == ManyToMany {
			c.fail("", "%q leads to several records; only foreign keys and a field may follow each other here.", path)
			return nil, false
		}
		fields[i] = s.Field
	}
	return fields, true
}

// orders reads a list of ordering terms.
func (c cursor) orders(col *Collection, name string) []Order {
	var out []Order
	seen := map[string]bool{}
	for _, item := range c.list(name) {
		path, desc := strings.CutPrefix(item.node.Text, "-")
		fields, ok := item.forward(col, path)
		if !ok {
			continue
		}
		if seen[path] {
			item.fail("Leave it out.", "%q appears twice.", path)
		}
		item.sortable(fields, path)
		seen[path] = true
		out = append(out, Order{fields, desc})
	}
	return out
}

// sortable reports a path that nothing can be ordered by.
func (c cursor) sortable(fields []*Field, path string) {
	switch last := fields[len(fields)-1]; {
	case last.Secret:
		c.fail("Leave it out.", "%q is secret.", path)
	case last.Type.Kind == value.JSON:
		c.fail("Leave it out.", "%q is of type json, which has no order.", path)
	}
}
