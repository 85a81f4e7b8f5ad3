package rest

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// fieldClass is DRF's class of a serializer field.
type fieldClass uint8

const (
	readOnlyField fieldClass = iota
	charField
	emailField
	slugField
	urlField
	uuidField
	ipField
	integerField
	bigIntegerField
	floatField
	decimalField
	booleanField
	dateField
	timeField
	dateTimeField
	durationField
	choiceField
	jsonField
	fileField
	imageField
	pkField
	slugRelatedField
	stringRelatedField
	linkField
	identityField
	nestedField
)

var classOfKind = map[value.Kind]fieldClass{
	value.Char: charField, value.Textual: charField, value.Slug: slugField, value.Email: emailField, value.URL: urlField,
	value.UUID: uuidField, value.IP: ipField, value.SmallInteger: integerField, value.Integer: integerField,
	value.BigInteger: bigIntegerField, value.PositiveSmallInteger: integerField, value.PositiveInteger: integerField,
	value.PositiveBigInteger: bigIntegerField, value.FloatingPoint: floatField, value.Decimal: decimalField,
	value.Boolean: booleanField, value.Date: dateField, value.Time: timeField, value.DateTime: dateTimeField,
	value.Duration: durationField, value.JSON: jsonField, value.File: fileField, value.Image: imageField,
}

// field is a serializer field with everything that DRF derives from the model decided
// (ModelSerializer.build_field, include_extra_kwargs and get_uniqueness_extra_kwargs).
type field struct {
	def   *schema.SerializerField
	name  string
	class fieldClass
	model *schema.Field // what a plain or related field reads and writes; nil for reverse relations, identity, aggregates
	typ   value.Type

	many, readOnly, writeOnly         bool
	required                          bool
	allowNull, allowBlank, allowEmpty bool
	hasDefault, defaultNow            bool // value to take when nothing is sent
	dflt                              value.Value
	label, help                       string

	minLength, maxLength int
	modelMinLength       bool // the model's own validator: another text, no minLength in OPTIONS
	min, max             *value.Value
	choices              []schema.Choice
	choiceOf             map[string]value.Value // str(value) → value
	regex                *regexp.Regexp
	unique               bool

	nested *Serializer
	target *schema.Resource // links lead there
}

func newField(def *schema.SerializerField, links *Links) *field {
	f := &field{def: def, name: def.Name, many: def.Many, writeOnly: def.WriteOnly, help: def.Help}
	if def.Reverse == nil && len(def.Source) > 0 {
		f.model = def.Source[len(def.Source)-1]
		f.typ = f.model.Type
		if f.help == "" && derived(def, f.model) {
			f.help = f.model.Help
		}
	}
	f.class = classOf(def, f.model)
	if def.Target != "" {
		f.target = links.resource(def.Target)
	}
	f.label = labelOf(def, f.model)
	f.readOnly = f.isReadOnly()
	f.deriveEmpty()
	f.deriveDefault()
	if f.model != nil && !f.readOnly {
		f.deriveLimits()
	}
	return f
}

func classOf(def *schema.SerializerField, model *schema.Field) fieldClass {
	switch def.As {
	case schema.PrimaryKey:
		return pkField
	case schema.SlugRelated:
		return slugRelatedField
	case schema.StringRelated:
		return stringRelatedField
	case schema.Hyperlink:
		return linkField
	case schema.Identity:
		return identityField
	case schema.Nested:
		return nestedField
	case schema.Aggregate:
		return aggregateClass(def)
	}
	switch {
	case def.Implicit || model == nil:
		return readOnlyField
	case len(model.Choices) > 0:
		return choiceField
	}
	return classOfKind[model.Type.Kind]
}

func aggregateClass(def *schema.SerializerField) fieldClass {
	switch def.Func {
	case "count":
		return integerField
	case "exists":
		return booleanField
	case "avg":
		if def.Over != nil && !def.Over.Type.Scaled() {
			return floatField
		}
	}
	if def.Over == nil {
		return readOnlyField
	}
	return classOfKind[def.Over.Type.Kind]
}

// derived reports whether DRF would make the field from the model alone, so that it takes the model field's label and
// help text. What is declared in DRF by a class of its own does not.
func derived(def *schema.SerializerField, model *schema.Field) bool {
	switch def.As {
	case schema.Plain, schema.PrimaryKey, schema.Hyperlink:
		return model != nil && len(def.Source) == 1 && model.Name == def.Name && !def.Implicit
	}
	return false
}

// labelOf follows needs_label: a field that has its model field's name takes the verbose name, any other its own.
func labelOf(def *schema.SerializerField, model *schema.Field) string {
	if def.Label != "" {
		return def.Label
	}
	if derived(def, model) && model.VerboseName != "" {
		return capFirst(model.VerboseName)
	}
	words := []rune(strings.ToLower(strings.ReplaceAll(def.Name, "_", " ")))
	if len(words) > 0 {
		words[0] = unicode.ToUpper(words[0])
	}
	return string(words)
}

// isReadOnly decides what input can set. Beside what is declared so, these are read-only here: dotted sources, the way
// back of a relation unless it is nested, nested records along a forward relation, many-to-many with a through model.
func (f *field) isReadOnly() bool {
	def := f.def
	switch {
	case def.ReadOnly, f.class == readOnlyField, f.class == stringRelatedField, f.class == identityField,
		def.As == schema.Aggregate:
		return true
	case f.class == nestedField:
		return def.Reverse == nil || len(def.Source) > 0 || def.Reverse.Field.Relation == schema.ManyToMany
	case f.model == nil, len(def.Source) != 1, !f.model.Editable, f.model.Secret:
		return true
	case f.model.Primary && f.model.Auto:
		return true
	}
	return f.model.Through != nil && f.model.Through.Collection != nil
}

func (f *field) deriveEmpty() {
	m := f.model
	own := m != nil && len(f.def.Source) == 1
	f.allowNull = pick(f.def.AllowNull, own && m.Null && m.Relation != schema.ManyToMany)
	f.allowBlank = pick(f.def.AllowBlank, own && m.Blank && m.Relation == schema.NoRelation && textual(m.Type.Kind))
	f.allowEmpty = pick(f.def.AllowEmpty, f.class == nestedField || own && m.Blank)
	if f.readOnly {
		return
	}
	f.required = pick(f.def.Required, !own || !m.HasDefault && !m.Blank && !m.Null)
}

func pick(declared *bool, derived bool) bool {
	if declared != nil {
		return *declared
	}
	return derived
}

// textual reports whether Django's class for a kind derives from CharField or TextField.
func textual(k value.Kind) bool {
	switch k {
	case value.Char, value.Textual, value.Slug, value.Email, value.URL:
		return true
	}
	return false
}

func (f *field) deriveDefault() {
	if f.def.Default != nil {
		f.hasDefault, f.dflt, f.required = true, *f.def.Default, false
	}
}

// defaultFileName is the max_length of Django's FileField.
const defaultFileName = 100

func (f *field) deriveLimits() {
	m := f.model
	f.unique = m.Unique || m.Primary || m.Relation == schema.OneToOne
	if f.class == choiceField {
		f.choices = m.Choices
		f.choiceOf = make(map[string]value.Value, len(m.Choices))
		for _, c := range m.Choices {
			f.choiceOf[pyText(m.Type, c.Value)] = c.Value
		}
	}
	if m.Regex != "" {
		f.regex, _ = regexp.Compile(m.Regex) // the schema's validation has compiled it
	}
	f.min, f.max = m.Min, m.Max
	switch f.class {
	case integerField, bigIntegerField:
		low, high := m.Type.IntRange()
		f.min, f.max = orInt(f.min, low), orInt(f.max, high)
	case charField, emailField, slugField, urlField:
		f.maxLength, f.minLength = m.MaxLength, m.MinLength
		f.modelMinLength = m.Type.Kind == value.Textual
	case fileField, imageField:
		if f.maxLength = m.MaxLength; f.maxLength == 0 {
			f.maxLength = defaultFileName
		}
	}
}

func orInt(v *value.Value, n int64) *value.Value {
	if v != nil {
		return v
	}
	i := value.Int(n)
	return &i
}

// pyText is what Python's str() makes of a stored value.
func pyText(t value.Type, v value.Value) string {
	if t.Kind == value.Boolean && !v.IsNull() {
		if v.Bool() {
			return "True"
		}
		return "False"
	}
	return t.String(v)
}

func (f *field) secret() bool {
	for _, sf := range f.def.Source {
		if sf.Secret {
			return true
		}
	}
	return f.def.Over != nil && f.def.Over.Secret || f.def.SlugField != nil && f.def.SlugField.Secret
}

// relations returns the forward relations that lead to where the field's last step begins.
func (f *field) relations() []*schema.Field {
	if f.def.Reverse != nil || len(f.def.Source) == 0 {
		return f.def.Source
	}
	return f.def.Source[:len(f.def.Source)-1]
}

// lastStep returns the relation that a related field shows.
func (f *field) lastStep() schema.Step {
	if f.def.Reverse != nil {
		return schema.Step{Reverse: f.def.Reverse}
	}
	return schema.Step{Field: f.model}
}
