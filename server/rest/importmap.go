package rest

import (
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// target returns where a column goes, and notes it in the report when it is met first.
func (im *importer) target(column string) importTarget {
	if t, known := im.targets[column]; known {
		return t
	}
	name, planned := im.plan.Columns[column]
	if !planned {
		name = im.s.GuessColumn(column)
		if im.column[name] != "" || im.takenByPlan(name) {
			name = ""
		}
	}
	var t importTarget
	if f := im.s.fieldNamed(name); f != nil {
		t.match = f == im.match
		if !f.readOnly && f.class != fileField && f.class != imageField {
			t.field = f
		}
	}
	if len(im.targets) < 10_000 { // a JSON file may have other names in each row
		im.targets[column] = t
		if t.field != nil || t.match {
			im.column[name] = column
			im.report.Columns = append(im.report.Columns, [2]string{column, name})
		} else {
			im.report.Ignored = append(im.report.Ignored, column)
		}
	}
	return t
}

// takenByPlan reports whether the plan gives a field to another column.
func (im *importer) takenByPlan(name string) bool {
	for _, planned := range im.plan.Columns {
		if planned == name && name != "" {
			return true
		}
	}
	return false
}

// node turns a row into the body of a request, and returns the match value beside it, null where there is none.
func (im *importer) node(row *ImportRow) (in *Node, wanted value.Value, errs *Errors) {
	in, errs = Object(), &Errors{}
	for i, v := range row.values {
		t := im.target(row.names[i])
		if t.match {
			var err error
			if wanted, err = im.matchValue(v); err != nil {
				errs.Put(im.match.name, Fail("Not a valid value of this field.", "invalid"))
				continue
			}
		}
		if t.field == nil {
			continue
		}
		n := v.node
		if n == nil {
			var message *Message
			if n, message = im.cellNode(t.field, v.cell); message != nil {
				errs.Put(t.field.name, Fail(message.Text, message.Code))
				continue
			}
		}
		if n.Kind != Missing {
			in.Set(t.field.name, n)
		}
	}
	return in, wanted, errs
}

func (im *importer) matchValue(v importValue) (value.Value, error) {
	text := strings.TrimSpace(v.cell.text)
	if v.node != nil {
		switch v.node.Kind {
		case NullNode:
			return value.Null, nil
		case StringNode, IntNode:
			text = v.node.Text
		default:
			return value.Null, value.ErrSyntax
		}
	}
	if im.plan.Unguard {
		text = unguardCell(text)
	}
	if text == "" {
		return value.Null, nil
	}
	return im.match.model.Type.Parse(text)
}

// cellNode turns a cell into what a JSON body would hold. An empty cell is null where the field may be null, the
// empty list of a list, else the empty text where the field may be blank, and else as if there were no such column.
// A quoted empty cell is the empty text of a text field. Lists and objects are JSON texts; a list of keys may also be
// written with commas.
func (im *importer) cellNode(f *field, c cell) (*Node, *Message) {
	text := c.text
	if !c.quoted {
		text = strings.TrimSpace(text)
	}
	if im.plan.Unguard {
		text = unguardCell(text)
	}
	switch {
	case text == "" && !(c.quoted && f.isCharField()):
		return emptyCell(f), nil
	case f.class == jsonField:
		return &Node{Kind: StringNode, Text: text, JSON: true}, nil
	case f.class == nestedField, f.many && strings.HasPrefix(text, "["):
		n, err := ParseJSON([]byte(text))
		if err != nil {
			return nil, &Message{fmt.Sprintf("Value must be valid JSON: %s", importMessage(err)), "invalid"}
		}
		return n, nil
	case f.many:
		list := &Node{Kind: ListNode}
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list.Items = append(list.Items, StringValue(item))
			}
		}
		return list, nil
	}
	return StringValue(text), nil
}

func emptyCell(f *field) *Node {
	switch {
	case f.many && f.class != nestedField:
		return &Node{Kind: ListNode}
	case f.allowNull:
		return nullNode
	case f.isCharField() && f.allowBlank:
		return StringValue("")
	}
	return missing
}
