package schema

import "strings"

// Walk follows a path of names, separated by "." or "__", from a collection: fields and ways back. The error names
// what is missing and a suggestion for it; it is a Problem without a path.
func (c *Collection) Walk(path string) (Path, error) {
	var out Path
	at := c
	parts := splitPath(path)
	for i, name := range parts {
		if at == nil {
			return nil, Problem{Message: "\"" + parts[i-1] + "\" is not a relation, so there is no \"" + name + "\" behind it."}
		}
		step, ok := at.step(name)
		if !ok {
			return nil, Problem{Message: at.Name + " has no field \"" + name + "\".", Suggestion: nearest(name, at.stepNames())}
		}
		out = append(out, step)
		at = step.Target()
	}
	return out, nil
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
	p, err := col.Walk(path)
	if err != nil {
		problem, _ := err.(Problem)
		c.fail(problem.Suggestion, "%s", problem.Message)
	}
	return p, err == nil
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
		if fields[len(fields)-1].Secret {
			item.fail("Leave it out.", "%q is secret.", path)
		}
		seen[path] = true
		out = append(out, Order{fields, desc})
	}
	return out
}
