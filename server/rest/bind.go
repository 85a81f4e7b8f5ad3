package rest

import (
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Lookups answers what validation asks of the database. See NewLookups.
type Lookups interface {
	// Exists reports whether a record is there and the writer may see it.
	Exists(c *schema.Collection, key value.Value) (bool, error)
	// ByField returns the key of the visible record whose field has a value.
	ByField(f *schema.Field, v value.Value) (key value.Value, found bool, err error)
	// Taken reports whether another record than except (null: any) has these values, visible or not.
	Taken(c *schema.Collection, fields []*schema.Field, values []value.Value, except value.Value) (bool, error)
	// Load returns a record, whoever may see it, or nil where there is none.
	Load(c *schema.Collection, key value.Value) (expr.Record, error)
}

// WriteSight says which fields a writer may set. *access.Scope is one.
type WriteSight interface {
	// Writable reports whether the writer may set the field of some record.
	Writable(f *schema.Field) bool
	// WritableIn reports whether the writer may set the field of this record.
	WritableIn(f *schema.Field, rec expr.Record) (bool, error)
}

// Uploads finds files that were sent before the record that names them.
type Uploads interface {
	// Upload returns an upload of its own for one write, nil where the writer has none under that token.
	Upload(token string) (*FilePart, error)
}

// BindOptions are the circumstances of a write.
type BindOptions struct {
	Partial  bool           // PATCH
	Instance expr.Record    // the record that is updated; nil on a create
	Lookups  Lookups        // required
	Bindings *expr.Bindings // of object-level checks; nil: an anonymous user
	Uploads  Uploads        // where {"upload": token} is found in the place of a file; nil: nowhere
	Sight    WriteSight     // whose field masks apply: what may not be written is ignored like a read-only field; nil: all
}

// Bind validates input as DRF's ModelSerializer does and returns what to write. A validation failure is an *Errors,
// any other error is the database's.
func (s *Serializer) Bind(in *Node, opt BindOptions) (*store.Input, error) {
	if in.Kind == NullNode {
		return nil, NonField("No data provided", "null")
	}
	input, errs, err := s.bind(in, opt, nil)
	if err != nil {
		return nil, err
	}
	if !errs.Empty() {
		return nil, errs
	}
	return input, nil
}

// MaxBulk bounds how many records one request may create.
const MaxBulk = 1000

// BindMany validates a list for a bulk create (DRF: ListSerializer). The errors of items are below their indexes.
// Two items that claim the same unique value are an error of the later one.
func (s *Serializer) BindMany(in *Node, opt BindOptions) ([]*store.Input, error) {
	if in.Kind == FormNode {
		if in = in.Form.List(""); in == nil {
			in = &Node{Kind: ListNode}
		}
	}
	switch {
	case in.Kind == NullNode:
		return nil, NonField("No data provided", "null")
	case in.Kind != ListNode:
		return nil, NonField(notAList(in), "not_a_list")
	case len(in.Items) > MaxBulk:
		return nil, NonField("Ensure this field has no more than 1000 elements.", "max_length")
	}
	inputs, errs, err := s.bindItems(in.Items, opt)
	if err != nil {
		return nil, err
	}
	s.checkBatch(inputs, errs)
	if !errs.Empty() {
		return nil, errs
	}
	return inputs, nil
}

func (s *Serializer) bindItems(items []*Node, opt BindOptions) ([]*store.Input, *Errors, error) {
	errs := ListErrors(len(items))
	inputs := make([]*store.Input, len(items))
	for i, item := range items {
		var below *Errors
		var err error
		if inputs[i], below, err = s.bindItem(item, opt, nil); err != nil {
			return nil, nil, err
		}
		if !below.Empty() {
			errs.PutIndex(i, below)
		}
	}
	return inputs, errs, nil
}

func (s *Serializer) bindItem(in *Node, opt BindOptions, except *schema.Field) (*store.Input, *Errors, error) {
	if in.Kind == NullNode {
		return nil, Fail("This field may not be null.", "null"), nil
	}
	return s.bind(in, opt, except)
}

func notAList(in *Node) string {
	return `Expected a list of items but got type "` + in.TypeName() + `".`
}

// binder binds one record.
type binder struct {
	s   *Serializer
	opt BindOptions
	in  *store.Input
	key value.Value // of the record that is updated, or null
}

// bind validates one record; except is a field that the context of a nested write sets.
func (s *Serializer) bind(in *Node, opt BindOptions, except *schema.Field) (*store.Input, *Errors, error) {
	if in.Kind != ObjectNode && in.Kind != FormNode {
		return nil, NonField("Invalid data. Expected a dictionary, but got "+in.TypeName()+".", "invalid"), nil
	}
	b := &binder{s: s, opt: opt, in: store.NewInput(s.Collection)}
	if opt.Instance != nil {
		key, err := opt.Instance.Value(s.Collection.Key)
		if err != nil {
			return nil, nil, err
		}
		b.key = key
	}
	errs := &Errors{}
	for _, f := range s.fields {
		if f.readOnly || f.model != nil && (f.model == except || f.model.Primary && opt.Instance != nil) {
			continue // a record keeps its key
		}
		if ok, err := b.writable(f); err != nil || !ok {
			if err != nil {
				return nil, nil, err
			}
			continue
		}
		below, err := b.field(f, f.input(in, opt.Partial))
		if err != nil {
			return nil, nil, err
		}
		if !below.Empty() {
			errs.Put(f.name, below)
		}
	}
	if !errs.Empty() {
		return nil, errs, nil
	}
	if err := b.dropMasked(); err != nil {
		return nil, nil, err
	}
	errs, err := b.wholeRecord()
	return b.in, errs, err
}

// writable reports whether the writer may set a field. Rules that depend on the record are asked of the one that is
// stored; on a create see dropMasked.
func (b *binder) writable(f *field) (bool, error) {
	m := f.model
	if f.def.Reverse != nil {
		m = f.def.Reverse.Field
	}
	if b.opt.Sight == nil || m == nil || m.WriteRule == "" {
		return true, nil
	}
	if !b.opt.Sight.Writable(m) {
		return false, nil
	}
	if b.opt.Instance == nil || f.def.Reverse != nil {
		return true, nil
	}
	return b.opt.Sight.WritableIn(m, b.opt.Instance)
}

// dropMasked takes out of a new record what its writer may not set on such a record.
func (b *binder) dropMasked() error {
	if b.opt.Sight == nil || b.opt.Instance != nil {
		return nil
	}
	rec := &overlay{b.in, nil, b.opt.Lookups}
	for _, f := range b.s.fields {
		if f.model == nil || f.readOnly || f.model.WriteRule == "" {
			continue
		}
		ok, err := b.opt.Sight.WritableIn(f.model, rec)
		if err != nil {
			return err
		}
		if !ok {
			delete(b.in.Values, f.model)
			delete(b.in.Keys, f.model)
			delete(b.in.Files, f.model)
		}
	}
	return nil
}

// wholeRecord runs the validators of the record, then its object-level checks. As in DRF the first unique set that
// misses members ends it.
func (b *binder) wholeRecord() (*Errors, error) {
	errs := &Errors{}
	for i := range b.s.sets {
		below, err := b.checkSet(&b.s.sets[i])
		if err != nil {
			return nil, err
		}
		if below.Empty() {
			continue
		}
		if below.Get(nonField) == nil {
			return below, nil
		}
		errs.Put(nonField, below.Get(nonField))
	}
	if !errs.Empty() {
		return errs, nil
	}
	return b.runChecks()
}

func (b *binder) taken(fields []*schema.Field, values []value.Value) (bool, error) {
	return b.opt.Lookups.Taken(b.s.Collection, fields, values, b.key)
}

// input returns the field's piece of the input (DRF: get_value), Missing where nothing was sent.
func (f *field) input(in *Node, partial bool) *Node {
	if in.Kind == ObjectNode {
		return in.Get(f.name)
	}
	form := in.Form
	switch {
	case f.class == nestedField:
		return f.nestedInput(form)
	case f.many:
		if partial && !form.Has(f.name) {
			return missing
		}
		return &Node{Kind: ListNode, Items: form.All(f.name)}
	case f.class == jsonField:
		last := *form.Last(f.name)
		last.JSON = last.Kind == StringNode
		return &last
	case !form.Has(f.name):
		return f.absent(partial)
	}
	v := form.Last(f.name)
	switch {
	case !v.IsEmptyString() || f.allowBlank:
		return v
	case f.allowNull:
		return nullNode
	case !f.required:
		return missing
	}
	return v
}

// nestedInput finds nested records in a form: name[0]field for lists, name.field for one.
func (f *field) nestedInput(form *Form) *Node {
	var found *Node
	if f.many {
		found = form.List(f.name)
	} else {
		found = form.Dict(f.name)
	}
	if found == nil {
		return missing
	}
	return found
}

// absent is what a form means by leaving a field out: an unticked box is false.
func (f *field) absent(partial bool) *Node {
	if partial || f.class != booleanField || f.hasDefault {
		return missing
	}
	if f.allowNull {
		return nullNode
	}
	return &Node{Kind: BoolNode}
}

func (f *field) defaultValue() value.Value {
	if !f.defaultNow {
		return f.dflt
	}
	now := time.Now().UTC()
	switch f.typ.Kind {
	case value.Date:
		return value.FormatDate(now)
	case value.Time:
		return value.FormatTime(now.Sub(now.Truncate(24 * time.Hour)))
	}
	return value.FormatDateTime(now)
}
