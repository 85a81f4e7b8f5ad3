package schema

import "github.com/couplet/couplet/store/value"

// fieldType says which options a type takes beside those of all types.
type fieldType struct {
	name      string
	kind      value.Kind // "" for relations
	relation  Relation
	maxLength int // default
	options   []string
}

var (
	textOptions   = []string{"max_length", "min_length", "regex", "regex_message", "choices"}
	numberOptions = []string{"min_value", "max_value", "choices"}
	timeOptions   = []string{"auto_now", "auto_now_add", "min_value", "max_value", "choices"}
	fileOptions   = []string{"max_length", "upload_to", "max_size", "accept"}
	linkOptions   = []string{"to", "on_delete", "related_name"}
	keyOptions    = []string{"primary_key", "auto"}
)

var fieldTypes = []fieldType{
	{name: "char", kind: value.Char, maxLength: 255, options: textOptions},
	{name: "text", kind: value.Textual, options: textOptions},
	{name: "slug", kind: value.Slug, maxLength: 50, options: textOptions},
	{name: "email", kind: value.Email, maxLength: 254, options: textOptions},
	{name: "url", kind: value.URL, maxLength: 200, options: textOptions},
	{name: "uuid", kind: value.UUID, options: append([]string{"choices"}, keyOptions...)},
	{name: "ip", kind: value.IP, options: []string{"choices"}},
	{name: "small_integer", kind: value.SmallInteger, options: numberOptions},
	{name: "integer", kind: value.Integer, options: numberOptions},
	{name: "big_integer", kind: value.BigInteger, options: append(append([]string{}, numberOptions...), keyOptions...)},
	{name: "positive_small_integer", kind: value.PositiveSmallInteger, options: numberOptions},
	{name: "positive_integer", kind: value.PositiveInteger, options: numberOptions},
	{name: "positive_big_integer", kind: value.PositiveBigInteger, options: numberOptions},
	{name: "float", kind: value.FloatingPoint, options: numberOptions},
	{name: "decimal", kind: value.Decimal, options: append([]string{"max_digits", "decimal_places"}, numberOptions...)},
	{name: "boolean", kind: value.Boolean, options: []string{"choices"}},
	{name: "date", kind: value.Date, options: timeOptions},
	{name: "time", kind: value.Time, options: timeOptions},
	{name: "datetime", kind: value.DateTime, options: timeOptions},
	{name: "duration", kind: value.Duration, options: numberOptions},
	{name: "json", kind: value.JSON},
	{name: "file", kind: value.File, maxLength: 100, options: fileOptions},
	{name: "image", kind: value.Image, maxLength: 100, options: fileOptions},
	{name: "foreign_key", relation: ForeignKey, options: linkOptions},
	{name: "one_to_one", relation: OneToOne, options: linkOptions},
	{name: "many_to_many", relation: ManyToMany,
		options: []string{"to", "related_name", "through", "through_fields", "table", "from_column", "to_column"}},
}

var fieldTypeNames = func() []string {
	names := make([]string, len(fieldTypes))
	for i := range fieldTypes {
		names[i] = fieldTypes[i].name
	}
	return names
}()

// commonOptions are the options of every type; notMany are those of them that a many-to-many field has not.
var (
	commonOptions = []string{"id", "type", "label", "verbose_name", "help_text", "column", "null", "blank", "default", "unique",
		"index", "editable", "secret", "check", "rules", "ui"}
	notMany = []string{"column", "null", "default", "unique", "index", "secret", "check"}
)

// typeAliases are the names that the same type has elsewhere.
var typeAliases = map[string]string{
	"string": "char", "str": "char", "varchar": "char", "charfield": "char", "textfield": "text", "longtext": "text", "int": "integer",
	"integerfield": "integer", "bigint": "big_integer", "biginteger": "big_integer", "bigintegerfield": "big_integer", "number": "integer",
	"smallint": "small_integer", "double": "float", "real": "float", "floatfield": "float", "numeric": "decimal", "money": "decimal",
	"decimalfield": "decimal", "bool": "boolean", "booleanfield": "boolean", "timestamp": "datetime", "timestamptz": "datetime",
	"date_time": "datetime", "datetimefield": "datetime", "datefield": "date", "interval": "duration", "durationfield": "duration",
	"guid": "uuid", "uuidfield": "uuid", "emailfield": "email", "urlfield": "url", "uri": "url", "slugfield": "slug",
	"generic_ip_address": "ip", "inet": "ip", "genericipaddressfield": "ip", "object": "json", "jsonfield": "json", "jsonb": "json",
	"filefield": "file", "imagefield": "image", "fk": "foreign_key", "foreignkey": "foreign_key", "relation": "foreign_key",
	"belongs_to": "foreign_key", "m2m": "many_to_many", "manytomany": "many_to_many", "manytomanyfield": "many_to_many",
	"onetoone": "one_to_one", "onetoonefield": "one_to_one", "has_many": "many_to_many", "select": "char", "enum": "char",
}
