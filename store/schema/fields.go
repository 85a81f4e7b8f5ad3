package schema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// declareFields makes the fields of a collection, the key first; a key that is not declared is "id".
func (b *builder) declareFields(col *Collection, c cursor) {
	fields := c.at("fields")
	if fields.here() && fields.want(ObjectNode) && len(fields.node.Members) > MaxFields {
		fields.fail("", "There are %d fields; at most %d are allowed.", len(fields.node.Members), MaxFields)
		return
	}
	c.members("fields", func(name string, f cursor) {
		if !b.validName(f, name) || !f.keys(&fieldKeys) {
			b.broken[col.Name+"."+name] = true
			return
		}
		if name == "pk" || name == "_v" {
			f.fail("Choose another name.", "The name %q is reserved.", name)
		}
		made := b.field(col, name, f)
		if made == nil {
			b.broken[col.Name+"."+name] = true
		} else {
			col.byName[name] = made
			col.Fields = append(col.Fields, made)
			b.fields[made] = f
			b.setKey(col, made, f)
		}
	})
	if col.Key == nil {
		b.automaticKey(col, c)
	}
	slices.SortStableFunc(col.Fields, func(x, y *Field) int {
		switch {
		case x == col.Key && y != col.Key:
			return -1
		case y == col.Key && x != col.Key:
			return 1
		}
		return 0
	})
}

func (b *builder) setKey(col *Collection, f *Field, c cursor) {
	switch {
	case !f.Primary:
	case col.Key != nil:
		c.at("primary_key").fail("", "%s is the key already.", col.Key.Name)
	default:
		col.Key = f
	}
}

// automaticKey is Django's DEFAULT_AUTO_FIELD, BigAutoField.
func (b *builder) automaticKey(col *Collection, c cursor) {
	if col.byName["id"] != nil {
		c.at("fields").at("id").fail(`Add "primary_key": true, or choose another name.`, `A field named "id" must be the key.`)
		col.Key = col.byName["id"]
		return
	}
	key := &Field{ID: col.ID + ".id", Name: "id", Column: "id", Collection: col, Type: value.Type{Kind: value.BigInteger},
		Primary: true, Auto: true, Unique: true, Blank: true, Label: "ID", VerboseName: "ID"}
	col.Key = key
	col.byName["id"] = key
	col.Fields = append(col.Fields, key)
}

// field reads one field; its default, bounds and choices follow when its type is resolved.
func (b *builder) field(col *Collection, name string, c cursor) *Field {
	t := b.fieldType(c)
	if t == nil {
		return nil
	}
	f := &Field{
		ID: b.id(c, "f_", col.Name+"."+name), Name: name, Collection: col, Relation: t.relation, Type: value.Type{Kind: t.kind},
		Null: c.boolean("null", false), Unique: c.boolean("unique", false), Secret: c.boolean("secret", false),
		AutoNow: c.boolean("auto_now", false), AutoNowAdd: c.boolean("auto_now_add", false),
		MaxLength: int(c.integer("max_length", int64(t.maxLength), 1, 1<<30)), MinLength: int(c.integer("min_length", 0, 0, 1<<30)),
		UploadTo: c.text("upload_to"), MaxSize: c.integer("max_size", 0, 1, 1<<50), Help: c.text("help_text"),
	}
	b.optionsOf(t, c)
	b.nameField(f, c)
	f.Blank = c.boolean("blank", f.Null)
	f.Primary = c.boolean("primary_key", false)
	f.Auto = c.boolean("auto", f.Primary) && f.Primary
	f.Unique = f.Unique || f.Primary || f.Relation == OneToOne
	f.Index = c.boolean("index", f.Relation == ForeignKey || t.kind == value.Slug) && !f.Unique
	f.Editable = c.boolean("editable", true) && !f.Auto && !f.AutoNow && !f.AutoNowAdd
	f.Blank = f.Blank || f.Auto || f.AutoNow || f.AutoNowAdd
	f.Accept = c.words("accept", nil)
	if n := c.at("ui"); n.here() {
		f.UI = n.node.JSON()
	}
	if rules := c.at("rules"); rules.here() && rules.keys(&fieldRulesKeys) {
		f.ReadRule, f.WriteRule = rules.expression("read"), rules.expression("write")
	}
	b.files(f, c)
	b.fieldCheck(f, c)
	b.pattern(f, c)
	b.consistent(f, c)
	return f
}

func (b *builder) fieldType(c cursor) *fieldType {
	if !c.has("type") {
		c.fail(`Add "type", such as "char".`, "The field has no type.")
		return nil
	}
	name := c.text("type")
	for i := range fieldTypes {
		if fieldTypes[i].name == name {
			return &fieldTypes[i]
		}
	}
	if c.at("type").is(StringNode) {
		c.at("type").fail(c.suggestType(name), "Unknown type %q.", name)
	}
	return nil
}

// suggestType returns the type that is meant, also where it goes by another name elsewhere.
func (c cursor) suggestType(name string) string {
	if a := typeAliases[strings.ToLower(name)]; a != "" {
		return `Did you mean "` + a + `"?`
	}
	if s := c.nearest(name, fieldTypeNames); s != "" {
		return s
	}
	return "Types are " + strings.Join(fieldTypeNames, ", ") + "."
}

// optionsOf reports options that the type does not take.
func (b *builder) optionsOf(t *fieldType, c cursor) {
	for _, m := range c.node.Members {
		common := slices.Contains(commonOptions, m.Name) && !(t.relation == ManyToMany && slices.Contains(notMany, m.Name))
		if common || slices.Contains(t.options, m.Name) || !fieldKeys.has(m.Name) {
			continue
		}
		c.at(m.Name).fail("Leave it out.", "A field of type %s has no option %q.", t.name, m.Name)
	}
}

// nameField sets column, label and verbose name, as Django derives them.
func (b *builder) nameField(f *Field, c cursor) {
	f.Column = f.Name
	switch f.Relation {
	case ForeignKey, OneToOne:
		f.Column += "_id"
	case ManyToMany:
		f.Column, f.Position = "", -1
	}
	if column := c.text("column"); column != "" && f.Relation != ManyToMany {
		f.Column = column
	}
	if len(f.Column) > maxName || !printable(f.Column) {
		c.at("column").fail("Set another \"column\".", "%q is no name of a column.", f.Column)
	}
	label, verbose := c.text("label"), c.text("verbose_name")
	switch {
	case verbose == "" && label == "":
		verbose = spaced(f.Name)
	case verbose == "":
		verbose = lowerfirst(label)
	}
	if label == "" {
		label = capfirst(verbose)
	}
	f.Label, f.VerboseName = label, verbose
}

// files checks where uploads go and what they may be.
func (b *builder) files(f *Field, c cursor) {
	if up := f.UploadTo; up != "" && (strings.HasPrefix(up, "/") || strings.ContainsAny(up, "\\:%\x00") || !printable(up) ||
		slices.Contains(strings.Split(up, "/"), "..")) {
		c.at("upload_to").fail(`Write a folder such as "covers/".`, "%q is not a folder below media.", up)
	}
	for _, item := range c.list("accept") {
		if !mimePattern.MatchString(item.node.Text) {
			item.fail(`Write it like "application/pdf" or "text/*".`, "%q is not a MIME type.", item.node.Text)
		}
	}
}

var mimePattern = regexp.MustCompile(`^[a-z]+/([a-zA-Z0-9.+-]+|\*)$`)

func (b *builder) fieldCheck(f *Field, c cursor) {
	check := c.at("check")
	switch {
	case check.is(StringNode):
		f.Check = c.expression("check")
	case check.here() && check.keys(&checkKeys):
		f.Check, f.CheckMessage = check.expression("expr"), check.text("message")
		if !check.has("expr") {
			check.fail(`Add "expr".`, "The check has no expression.")
		}
	}
}

func (b *builder) pattern(f *Field, c cursor) {
	f.Regex, f.RegexMessage = c.text("regex"), c.text("regex_message")
	if _, err := regexp.Compile(f.Regex); err != nil {
		c.at("regex").fail("RE2 knows no lookaround and no backreferences.", "The regular expression does not compile: %s.",
			strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if f.RegexMessage != "" && f.Regex == "" {
		c.at("regex_message").fail(`Add "regex".`, "There is a message but no regular expression.")
	}
}

// consistent reports options that contradict each other or miss their partner.
func (b *builder) consistent(f *Field, c cursor) {
	if f.Primary {
		for _, other := range []string{"null", "blank", "default", "secret"} {
			if c.has(other) {
				c.at(other).fail("Leave it out.", "The key takes no %q.", other)
			}
		}
	}
	if c.has("auto") && !f.Primary {
		c.at("auto").fail(`Add "primary_key": true, or leave it out.`, "Only the key is given out automatically.")
	}
	if f.AutoNow && f.AutoNowAdd {
		c.at("auto_now").fail("Choose one.", "auto_now and auto_now_add exclude each other.")
	}
	if (f.AutoNow || f.AutoNowAdd) && c.has("default") {
		c.at("default").fail("Leave it out.", "A field with auto_now or auto_now_add takes no default.")
	}
	if f.Type.Kind == value.JSON {
		for _, other := range []string{"unique", "index"} {
			if c.boolean(other, false) {
				c.at(other).fail("Leave it out.", "A json field cannot have %q.", other)
			}
		}
	}
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		c.at("min_length").fail("", "min_length is %d and max_length %d.", f.MinLength, f.MaxLength)
	}
	if f.Type.Kind == value.Decimal {
		b.decimal(f, c)
	}
}

// maxDigits is the most that an order-preserving decimal holds.
const maxDigits = 1000

func (b *builder) decimal(f *Field, c cursor) {
	for _, name := range []string{"max_digits", "decimal_places"} {
		if !c.has(name) {
			c.fail(`Add "max_digits": 10, "decimal_places": 2, for instance.`, "A decimal needs %q.", name)
		}
	}
	f.Type.Digits = int(c.integer("max_digits", 0, 1, maxDigits))
	f.Type.Places = int(c.integer("decimal_places", 0, 0, maxDigits))
	if f.Type.Digits > 0 && f.Type.Places > f.Type.Digits {
		c.at("decimal_places").fail("", "decimal_places is %d and max_digits %d.", f.Type.Places, f.Type.Digits)
	}
}
