package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// narrowed finds fields whose declared limits exclude values that are there. Nothing is changed in the database, so
// nothing is lost; but such a record cannot be saved again before it fits, and that needs consent too.
func (b *build) narrowed(c *change) {
	for _, cc := range c.columns {
		if cc.old == nil || cc.old.field == nil || cc.moved {
			continue
		}
		for _, condition := range limits(b.engine, cc.old.field, cc.new.field, cc.value) {
			d := b.step(phaseAttic, "narrow_"+condition.kind, c.new, cc.new.id, condition.sentence+" "+label(c.new, cc.new)+".")
			d.count("SELECT count(*) FROM "+sqlb.Quote(c.old.name)+" WHERE "+condition.sql,
				destroys("The value does not fit in {n}; it stays as it is, but cannot be saved before it does."))
		}
	}
}

type limit struct{ kind, sentence, sql string }

func limits(e engine, o, n *schema.Field, column string) []limit {
	var out []limit
	if n.Type.IsText() && n.MaxLength > 0 && (o.MaxLength == 0 || n.MaxLength < o.MaxLength || !o.Type.IsText()) {
		out = append(out, limit{"max_length", "Allow at most " + itoa(n.MaxLength) + " characters in",
			"length(" + column + ") > " + itoa(n.MaxLength)})
	}
	if n.Min != nil && (o.Min == nil || o.Type != n.Type || value.Compare(*n.Min, *o.Min) > 0) {
		out = append(out, limit{"min", "Raise the least value of", column + " < " + e.constant(n.Type, *n.Min)})
	}
	if n.Max != nil && (o.Max == nil || o.Type != n.Type || value.Compare(*n.Max, *o.Max) < 0) {
		out = append(out, limit{"max", "Lower the greatest value of", column + " > " + e.constant(n.Type, *n.Max)})
	}
	if lostChoice(o, n) {
		var allowed []string
		for _, choice := range n.Choices {
			allowed = append(allowed, e.constant(n.Type, choice.Value))
		}
		if n.Blank && n.Type.IsText() {
			allowed = append(allowed, "''")
		}
		out = append(out, limit{"choices", "Narrow the choices of", column + " NOT IN (" + strings.Join(allowed, ", ") + ")"})
	}
	return out
}

// lostChoice reports whether a value that was allowed no longer is.
func lostChoice(o, n *schema.Field) bool {
	if len(n.Choices) == 0 {
		return false
	}
	allowed := map[value.Value]bool{}
	for _, c := range n.Choices {
		allowed[c.Value] = true
	}
	for _, c := range o.Choices {
		if !allowed[c.Value] {
			return true
		}
	}
	return len(o.Choices) == 0 || o.Type != n.Type
}

// uniques looks for duplicates wherever values become unique that were not, or unique ones change.
func (b *build) uniques(c *change) {
	for _, x := range c.new.indexes {
		if !x.unique || b.stillUnique(c, x) {
			continue
		}
		var names, columns, values, texts, present []string
		for _, p := range x.parts {
			for _, cc := range c.columns {
				if cc.new.id == p.id {
					u := "u" + itoa(len(names))
					names, columns = append(names, labelShort(cc.new)), append(columns, u)
					values, texts = append(values, cc.value+" AS "+u), append(texts, "CAST("+u+" AS text)")
					present = append(present, u+" IS NOT NULL")
				}
			}
		}
		d := b.step(phaseIndex, "unique", c.new, strings.Join(names, "+"),
			"Make "+strings.Join(names, ", ")+" unique in "+c.new.collection.Name+".")
		d.checks = append(d.checks, check{
			list: true,
			sql: "SELECT " + strings.Join(texts, " || ', ' || ") + ", count(*) FROM (SELECT " + strings.Join(values, ", ") + " FROM " +
				sqlb.Quote(c.old.name) + ") AS held WHERE " + strings.Join(present, " AND ") + " GROUP BY " + strings.Join(columns, ", ") +
				" HAVING count(*) > 1 LIMIT 1000",
			found: func(s *Step, n int64) {
				s.Rows = n
				times := itoa(int(n)) + " values occur"
				if n == 1 {
					times = "1 value occurs"
				}
				s.Problem = times + " more than once, such as " + strings.Join(s.Samples, "; ") + ": correct them first."
			},
		})
	}
}

func labelShort(c *column) string {
	if c.field != nil {
		return c.field.Name
	}
	return c.name
}

// stillUnique reports whether an index was there before over values that do not change.
func (b *build) stillUnique(c *change, x *index) bool {
	for _, p := range x.parts {
		for _, cc := range c.columns {
			if cc.new.id == p.id && cc.moved {
				return false
			}
		}
	}
	for _, o := range c.old.indexes {
		if o.unique && equalParts(o.parts, x.parts) {
			return true
		}
	}
	return false
}
