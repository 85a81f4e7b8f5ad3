package rest

import (
	"math/big"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// maxRelated bounds how many records one many-to-many field may name.
const maxRelated = 10000

// relatedOne binds a foreign key (DRF: RelatedField).
func (b *binder) relatedOne(f *field, in *Node) (*Errors, error) {
	key, m, err := b.related(f, in)
	if err != nil || m != nil {
		return oneMessage(m), err
	}
	if f.unique {
		taken, err := b.taken([]*schema.Field{f.model}, []value.Value{key})
		if err != nil {
			return nil, err
		}
		if taken {
			return Fail(f.uniqueMessage(), "unique"), nil
		}
	}
	b.in.Values[f.model] = key
	return nil, nil
}

func oneMessage(m *Message) *Errors {
	if m == nil {
		return nil
	}
	return &Errors{Messages: []Message{*m}}
}

// relatedMany binds a many-to-many field (DRF: ManyRelatedField): the first item that is refused ends it.
func (b *binder) relatedMany(f *field, in *Node) (*Errors, error) {
	items := in.Items
	switch in.Kind {
	case ListNode:
	case ObjectNode: // Python iterates a dict's keys
		items = make([]*Node, len(in.Names))
		for i, name := range in.Names {
			items[i] = StringValue(name)
		}
	default:
		return Fail(notAList(in), "not_a_list"), nil
	}
	if len(items) == 0 && !f.allowEmpty {
		return Fail("This list may not be empty.", "empty"), nil
	}
	keys, errs, err := b.relatedKeys(f, items)
	if err != nil || errs != nil {
		return errs, err
	}
	b.in.Keys[f.model] = keys
	return nil, nil
}

// relatedKeys resolves the items of a list, duplicates merged.
func (b *binder) relatedKeys(f *field, items []*Node) ([]value.Value, *Errors, error) {
	if len(items) > maxRelated {
		return nil, Fail("Ensure this field has no more than 10000 elements.", "max_length"), nil
	}
	keys := make([]value.Value, 0, len(items))
	seen := make(map[value.Value]bool, len(items))
	for _, item := range items {
		key, m, err := b.related(f, item)
		if err != nil || m != nil {
			return nil, oneMessage(m), err
		}
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys, nil, nil
}

// related resolves one reference to a record.
func (b *binder) related(f *field, in *Node) (value.Value, *Message, error) {
	switch f.class {
	case slugRelatedField:
		return b.bySlug(f, in)
	case linkField:
		return b.byLink(f, in)
	}
	return b.byKey(f, in)
}

func (b *binder) byKey(f *field, in *Node) (value.Value, *Message, error) {
	absent := &Message{`Invalid pk "` + in.PyString() + `" - object does not exist.`, "does_not_exist"}
	wrong := &Message{"Incorrect type. Expected pk value, received " + in.TypeName() + ".", "incorrect_type"}
	if in.Kind == NullNode {
		return value.Null, absent, nil
	}
	key, form := keyOf(f.model.To.Key.Type, in)
	switch form {
	case keyWrongType:
		return value.Null, wrong, nil
	case keyNotUUID:
		return value.Null, &Message{"“" + in.PyString() + "” is not a valid UUID.", "invalid"}, nil
	case keyNowhere:
		return value.Null, absent, nil
	}
	found, err := b.opt.Lookups.Exists(f.model.To, key)
	if err != nil || found {
		return key, nil, err
	}
	return value.Null, absent, nil
}

// keyState is what became of a reference by key.
type keyState uint8

const (
	keyGood      keyState = iota
	keyWrongType          // Python raises TypeError or ValueError
	keyNotUUID            // Django raises a ValidationError
	keyNowhere            // no record can have it
)

// keyOf reads a key as Django's get(pk=…) does.
func keyOf(t value.Type, in *Node) (value.Value, keyState) {
	if in.Kind == BoolNode || in.Kind == ListNode && t.Kind != value.UUID {
		return value.Null, keyWrongType
	}
	switch {
	case t.IsInteger():
		return intKey(in)
	case t.Kind == value.UUID:
		return uuidKey(in)
	case in.Kind == ObjectNode || in.Kind == FormNode || in.Kind == FileNode:
		return value.Null, keyWrongType
	}
	v, err := t.Parse(in.PyString())
	if err != nil {
		return value.Null, keyNowhere
	}
	return v, keyGood
}

func intKey(in *Node) (value.Value, keyState) {
	var n *big.Int
	switch in.Kind {
	case IntNode:
		n = in.Big()
	case FloatNode:
		f, ok := pyParseFloat(in.Text)
		if !ok || f != f || f > 1e300 || f < -1e300 {
			return value.Null, keyWrongType
		}
		n, _ = big.NewFloat(f).Int(nil)
	case StringNode:
		var ok bool
		if n, ok = pyInt(in.Text); !ok {
			return value.Null, keyWrongType
		}
	default:
		return value.Null, keyWrongType
	}
	if !n.IsInt64() {
		return value.Null, keyNowhere
	}
	return value.Int(n.Int64()), keyGood
}

func uuidKey(in *Node) (value.Value, keyState) {
	if in.Kind != IntNode && in.Kind != StringNode {
		return value.Null, keyNotUUID
	}
	v, m := coerceUUID(in)
	if m != nil {
		return value.Null, keyNotUUID
	}
	return v, keyGood
}

func (b *binder) bySlug(f *field, in *Node) (value.Value, *Message, error) {
	slug := f.def.SlugField
	text := in.PyString()
	absent := &Message{"Object with " + slug.Name + "=" + text + " does not exist.", "does_not_exist"}
	if in.Kind == NullNode {
		return value.Null, absent, nil
	}
	if surrogate(text) != 0 {
		return value.Null, invalid("Invalid value."), nil
	}
	v, err := slug.Type.Parse(text)
	switch {
	case err != nil && slug.Type.IsText():
		return value.Null, absent, nil //nolint:nilerr // the client's mistake
	case err != nil:
		return value.Null, invalid("Invalid value."), nil //nolint:nilerr // the client's mistake
	}
	key, found, err := b.opt.Lookups.ByField(slug, v)
	if err != nil || found {
		return key, nil, err
	}
	return value.Null, absent, nil
}

// byLink resolves a link to one of our own resources: absolute with any host, or a path alone.
func (b *binder) byLink(f *field, in *Node) (value.Value, *Message, error) {
	if in.Kind != StringNode {
		return value.Null, &Message{"Incorrect type. Expected URL string, received " + in.TypeName() + ".", "incorrect_type"}, nil
	}
	path := in.Text
	if strings.HasPrefix(path, "http:") || strings.HasPrefix(path, "https:") {
		path = urlPath(path)
	}
	lookup, match := b.s.links.resolve(unquote(path), f.target)
	switch match {
	case noMatch:
		return value.Null, &Message{"Invalid hyperlink - No URL match.", "no_match"}, nil
	case otherView:
		return value.Null, &Message{"Invalid hyperlink - Incorrect URL match.", "incorrect_match"}, nil
	}
	return b.byLookup(f, lookup)
}

// urlPath returns the path of an absolute URL, as Python's urlparse cuts it.
func urlPath(s string) string {
	_, s, _ = strings.Cut(s, ":")
	if after, ok := strings.CutPrefix(s, "//"); ok {
		i := strings.IndexAny(after, "/?#")
		if i < 0 {
			return ""
		}
		s = after[i:]
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	if i := strings.IndexByte(s[strings.LastIndexByte(s, '/')+1:], ';'); i >= 0 {
		s = s[:strings.LastIndexByte(s, '/')+1+i]
	}
	return s
}

func (b *binder) byLookup(f *field, lookup string) (value.Value, *Message, error) {
	absent := &Message{"Invalid hyperlink - Object does not exist.", "does_not_exist"}
	field := f.target.Lookup
	v, form := keyOf(field.Type, StringValue(lookup))
	switch form {
	case keyNotUUID:
		return value.Null, &Message{"“" + lookup + "” is not a valid UUID.", "invalid"}, nil
	case keyGood:
	default:
		return value.Null, absent, nil
	}
	var found bool
	var err error
	if field.Primary {
		found, err = b.opt.Lookups.Exists(field.Collection, v)
	} else {
		v, found, err = b.opt.Lookups.ByField(field, v)
	}
	if err != nil || found {
		return v, nil, err
	}
	return value.Null, absent, nil
}
