package value

// Kind is what a field holds: Django's field classes, less the relations, which have the Kind of the key they hold.
type Kind string

// The kinds. ForeignKey, OneToOne and ManyToMany are field types of the schema but no kinds: their values are keys.
const (
	Char                 Kind = "char"
	Textual              Kind = "text"
	Slug                 Kind = "slug"
	Email                Kind = "email"
	URL                  Kind = "url"
	UUID                 Kind = "uuid"
	IP                   Kind = "ip"
	SmallInteger         Kind = "small_integer"
	Integer              Kind = "integer"
	BigInteger           Kind = "big_integer"
	PositiveSmallInteger Kind = "positive_small_integer"
	PositiveInteger      Kind = "positive_integer"
	PositiveBigInteger   Kind = "positive_big_integer"
	FloatingPoint        Kind = "float"
	Decimal              Kind = "decimal"
	Boolean              Kind = "boolean"
	Date                 Kind = "date"
	Time                 Kind = "time"
	DateTime             Kind = "datetime"
	Duration             Kind = "duration"
	JSON                 Kind = "json"
	File                 Kind = "file"
	Image                Kind = "image"
)

// Type gives a stored Value its meaning. Digits and Places are used by Decimal only.
type Type struct {
	Kind   Kind
	Digits int // significant digits in all
	Places int // digits after the point
}

// IsInteger reports whether values of t are whole numbers in the wire's sense.
func (t Type) IsInteger() bool {
	switch t.Kind {
	case SmallInteger, Integer, BigInteger, PositiveSmallInteger, PositiveInteger, PositiveBigInteger:
		return true
	}
	return false
}

// IsText reports whether values of t are texts that a person types: string operations apply to them.
func (t Type) IsText() bool {
	switch t.Kind {
	case Char, Textual, Slug, Email, URL, File, Image:
		return true
	}
	return false
}

// Scaled reports whether t is a decimal stored as a scaled integer.
func (t Type) Scaled() bool { return t.Kind == Decimal && t.Digits <= 18 }
