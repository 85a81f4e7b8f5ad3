package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// report collects problems. broken are the fields ("articles.author") that could not be made: what follows from
// their absence is not reported again.
type report struct {
	problems Problems
	broken   map[string]bool
}

func (r *report) add(path, suggestion, format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{path, fmt.Sprintf(format, args...), suggestion})
	}
}

// nearest is Nearest, without the work when no further problem will be kept.
func (r *report) nearest(name string, candidates []string) string {
	if len(r.problems) >= maxProblems {
		return ""
	}
	return Nearest(name, candidates)
}

// cursor is a place in the document. Its getters report what has the wrong type and return the zero value then.
type cursor struct {
	*report
	path string
	node *Node // nil where there is nothing
}

func (c cursor) fail(suggestion, format string, args ...any) {
	c.add(c.path, suggestion, format, args...)
}

// at returns the member of that name; its node is nil where there is none.
func (c cursor) at(name string) cursor {
	return cursor{c.report, join(c.path, name), c.node.Get(name)}
}

func (c cursor) item(i int) cursor {
	return cursor{c.report, c.path + "[" + strconv.Itoa(i) + "]", c.node.Items[i]}
}

func (c cursor) here() bool { return c.node != nil }

func (c cursor) has(name string) bool { return c.node.Get(name) != nil }

func (c cursor) is(k Kind) bool { return c.node != nil && c.node.Kind == k }

// want reports whether the node is there and of the kind, with a problem where it is of another.
func (c cursor) want(k Kind) bool {
	if c.node == nil {
		return false
	}
	if c.node.Kind != k {
		c.fail("", "This must be %s, not %s.", k, c.node.Kind)
		return false
	}
	return true
}

// keys reports the keys that an object of this kind does not know.
func (c cursor) keys(o *object) bool {
	if !c.want(ObjectNode) {
		return false
	}
	for _, m := range c.node.Members {
		if !o.has(m.Name) {
			c.at(m.Name).fail(c.suggestKey(o, m.Name), "Unknown key %q.", m.Name)
		}
	}
	return true
}

// aliases are the words that people bring along from elsewhere.
var aliases = map[string]string{
	"nullable": "null", "verbose": "verbose_name", "help": "help_text", "db_column": "column",
	"db_table": "table", "db_index": "index", "pattern": "regex", "minimum": "min_value", "maximum": "max_value", "min": "min_value",
	"max": "max_value", "precision": "max_digits", "scale": "decimal_places", "enum": "choices", "options": "choices",
	"references": "to", "target": "to", "length": "max_length", "primary": "primary_key", "pk": "primary_key", "order_by": "ordering",
	"search": "search_fields", "sort": "ordering", "verbose_name_plural": "label_plural", "title": "label", "permission_classes": "permission",
	"authentication_classes": "authentication", "pagination_class": "pagination", "queryset": "filter", "default_limit": "page_size",
	"max_limit": "max_page_size", "filterset_fields": "filters", "columns": "fields", "model": "collection", "db_default": "default",
}

func (c cursor) suggestKey(o *object, name string) string {
	if o == &fieldKeys && strings.EqualFold(name, "required") {
		return `A field is required unless it has "blank", "null" or "default".`
	}
	if a, ok := aliases[strings.ToLower(name)]; ok && o.has(a) {
		return `Did you mean "` + a + `"?`
	}
	return c.nearest(name, o.names())
}

func (c cursor) text(name string) string {
	if a := c.at(name); a.want(StringNode) {
		return a.node.Text
	}
	return ""
}

// expression returns a string that must not be empty; it is checked elsewhere.
func (c cursor) expression(name string) string {
	s := c.text(name)
	if a := c.at(name); a.is(StringNode) && strings.TrimSpace(s) == "" {
		a.fail("Leave the key out instead.", "The expression is empty.")
	}
	return s
}

func (c cursor) boolean(name string, absent bool) bool {
	if a := c.at(name); a.want(BoolNode) {
		return a.node.Bool
	}
	return absent
}

func (c cursor) optionalBool(name string) *bool {
	if a := c.at(name); a.want(BoolNode) {
		return &a.node.Bool
	}
	return nil
}

// integer returns a whole number from low to high, or absent.
func (c cursor) integer(name string, absent, low, high int64) int64 {
	a := c.at(name)
	if !a.want(NumberNode) {
		return absent
	}
	n, err := strconv.ParseInt(a.node.Text, 10, 64)
	if err != nil || n < low || n > high {
		a.fail("", "This must be a whole number from %d to %d, not %s.", low, high, a.node.Text)
		return absent
	}
	return n
}

// choice returns one of the words, or absent.
func (c cursor) choice(name, absent string, words []string) string {
	a := c.at(name)
	if !a.want(StringNode) {
		return absent
	}
	return a.oneOf(words, absent)
}

func (c cursor) oneOf(words []string, absent string) string {
	if slices.Contains(words, c.node.Text) {
		return c.node.Text
	}
	suggestion := c.nearest(c.node.Text, words)
	if suggestion == "" {
		suggestion = "It is one of " + strings.Join(words, ", ") + "."
	}
	c.fail(suggestion, "%q is not allowed here.", c.node.Text)
	return absent
}

// maxList bounds lists of names.
const maxList = 1000

// list returns the items of a list of strings.
func (c cursor) list(name string) []cursor { return c.at(name).stringItems() }

// stringItems returns the strings of a list; items of other types are reported and left out.
func (c cursor) stringItems() []cursor {
	if !c.want(ArrayNode) || !c.bounded(maxList) {
		return nil
	}
	var out []cursor
	for i := range c.node.Items {
		if item := c.item(i); item.want(StringNode) {
			out = append(out, item)
		}
	}
	return out
}

// bounded reports whether a list or object has at most so many items.
func (c cursor) bounded(most int) bool {
	if n := len(c.node.Items) + len(c.node.Members); n > most {
		c.fail("", "There are %d entries; at most %d are allowed.", n, most)
		return false
	}
	return true
}

// words returns a list of strings from a fixed set, without repetition.
func (c cursor) words(name string, set []string) []string {
	var out []string
	for _, item := range c.list(name) {
		w := item.node.Text
		if set != nil {
			w = item.oneOf(set, "")
		}
		if slices.Contains(out, w) && w != "" {
			item.fail("", "%q appears twice.", w)
		} else if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// members calls each for the members of an object, in order.
func (c cursor) members(name string, each func(name string, m cursor)) {
	a := c.at(name)
	if !a.want(ObjectNode) {
		return
	}
	for _, m := range a.node.Members {
		each(m.Name, a.at(m.Name))
	}
}
