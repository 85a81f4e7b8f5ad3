package rest

import (
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Display is how records of a collection call themselves, for whoever asks: what it shows obeys the masks of fields,
// while the relations along which it leads are consented to by the document.
type Display struct {
	Path   schema.Path // to the field that is shown; empty: the key
	shape  *query.Shape
	show   display
	guards []guard
}

// CompileDisplay compiles how records of a collection call themselves.
func CompileDisplay(c *schema.Collection, links *Links) *Display {
	s := &Serializer{shape: query.NewShape(c), links: links}
	d := &Display{shape: s.shape, show: newDisplay(c, s.shape)}
	path := c.DisplayPath
	if len(path) == 0 && c.Display != nil {
		path = []*schema.Field{c.Display}
	}
	for _, f := range path {
		d.Path = append(d.Path, schema.Step{Field: f})
	}
	if len(path) > 0 {
		d.guards = s.guardsOf(&field{def: &schema.SerializerField{Source: path}})
	}
	return d
}

// Shape returns what to load of a record for its text.
func (d *Display) Shape() *query.Shape { return d.shape }

// Text returns how a record calls itself; not ok where the reader may not know.
func (d *Display) Text(row *query.Row, sight Sight) (text string, ok bool) {
	if sight != nil && len(d.guards) > 0 && !(&RenderContext{Sight: sight}).sees(d.guards, row) {
		return "", false
	}
	return d.show.text(row), true
}

// Plain reports whether what is shown is in a field of the records themselves that everybody may read.
func (d *Display) Plain() bool { return len(d.Path) <= 1 && len(d.guards) == 0 }

// Field returns the field that a plain display shows.
func (d *Display) Field() *schema.Field {
	if len(d.Path) == 0 {
		return d.shape.Collection.Key
	}
	return d.Path[0].Field
}

// TextOf returns how a record calls itself whose Field has a value, where the display is plain.
func (d *Display) TextOf(v value.Value) string {
	return d.show.prefix + d.show.typ.String(v) + d.show.suffix
}
