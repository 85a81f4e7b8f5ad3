package schema

import (
	"encoding/json"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// Schema is a schema document with every name resolved: what the rest of Couplet works with.
// It is immutable once made; a change of the document makes a new one.
type Schema struct {
	Document    *Document
	Hash        string        // of the canonical document
	Collections []*Collection // in the document's order; the built-in users first where the document does not place it
	Resources   []*Resource   // in the document's order, then the default resources
	Roles       []*Role
	Schedule    []*Job
	Settings    Settings
	byName      map[string]*Collection
	byResource  map[string]*Resource
	byRole      map[string]*Role
}

// Collection returns the collection of that name, or nil.
func (s *Schema) Collection(name string) *Collection { return s.byName[name] }

// Resource returns the public resource of that name, or nil.
func (s *Schema) Resource(name string) *Resource { return s.byResource[name] }

// Role returns the role of that name, or nil.
func (s *Schema) Role(name string) *Role { return s.byRole[name] }

// Users returns the built-in users collection.
func (s *Schema) Users() *Collection { return s.byName["users"] }

// Action is what a permission allows: Django's view, add, change and delete.
type Action string

// The actions.
const (
	View   Action = "view"
	Add    Action = "add"
	Change Action = "change"
	Delete Action = "delete"
)

// Actions lists the actions in the order in which they are shown.
var Actions = []Action{View, Add, Change, Delete}

// Collection is a table with typed fields (Django: a model).
type Collection struct {
	ID          string // stable, so that a new name is a rename
	Name        string // "articles"
	Model       string // Django's label, "blog.article"; its part after the dot names the model in messages
	Table       string
	Label       string // "Article": verbose_name with a capital; messages use it in lower case
	LabelPlural string
	VerboseName string // "blog post": the label as messages use it
	ObjectName  string // "BlogPost": the class name, as in "No BlogPost matches the given query."
	Help        string
	Display     *Field   // the field that names a record; nil: the key
	DisplayPath []*Field // forward path, when the display is "user.username"; ends with a column
	Key         *Field
	Fields      []*Field   // in order, the key first, many-to-many included
	Columns     []*Field   // the fields that have a column, in order, the key first: a Record's values are in this order
	ManyToMany  []*Field   // the many-to-many fields that this collection owns
	Reverse     []*Reverse // relations that point here, under their reverse names
	Ordering    []Order    // default ordering, as declared; queries add the key
	Unique      [][]*Field // unique_together
	UniqueNames []string   // "names" of the unique sets, for indexes
	Indexes     []*Index
	Checks      []*Check
	Rules       map[Action]string // joined by AND to what roles grant
	Owned       bool              // false: an adopted table that others write, too
	System      bool              // the built-in users collection
	UI          json.RawMessage
	byName      map[string]*Field
	reverse     map[string]*Reverse
}

// Field returns the field of that name, or nil.
func (c *Collection) Field(name string) *Field { return c.byName[name] }

// ReverseRelation returns the relation that points here under that reverse name, or nil.
func (c *Collection) ReverseRelation(name string) *Reverse { return c.reverse[name] }

// ModelName is the name that Django's messages use: "article" of "blog.article".
func (c *Collection) ModelName() string { return afterDot(c.Model) }

// Relation is the kind of a relation field.
type Relation uint8

// The relations. NoRelation is a plain field.
const (
	NoRelation Relation = iota
	ForeignKey
	OneToOne
	ManyToMany
)

// OnDelete is what happens to a record when the one it points to is deleted (Django's on_delete).
type OnDelete string

// The on_delete rules.
const (
	Cascade    OnDelete = "cascade"
	Protect    OnDelete = "protect"
	Restrict   OnDelete = "restrict"
	SetNull    OnDelete = "set_null"
	SetDefault OnDelete = "set_default"
)

// Field is a field of a collection.
type Field struct {
	ID          string
	Name        string
	Column      string // "" for many-to-many
	Position    int    // index into Collection.Columns; -1 for many-to-many
	Collection  *Collection
	Type        value.Type // of a relation: the type of the key it holds
	Relation    Relation
	To          *Collection // relations: the target
	OnDelete    OnDelete
	RelatedName string // relations: the name of the way back; "" when there is none
	Through     *Link  // many-to-many: where the pairs are

	Primary    bool
	Auto       bool // the key is given out by the database (AUTOINCREMENT) or made as a UUID
	Null       bool
	Blank      bool
	Unique     bool
	Index      bool
	Editable   bool // false: read-only everywhere (auto_now, auto_now_add, automatic keys, editable: false)
	AutoNow    bool
	AutoNowAdd bool
	Secret     bool // never in an answer, an export or the log (the password hash)

	HasDefault   bool
	Default      value.Value // stored form; for a many-to-many none
	MaxLength    int         // 0: no limit; code points
	MinLength    int
	Regex        string // RE2; "" none
	RegexMessage string
	Min, Max     *value.Value // bounds declared by the schema, in stored form of Type
	Choices      []Choice
	Check        string // an expression on the record
	CheckMessage string
	UploadTo     string   // folder below media, for file and image
	MaxSize      int64    // bytes, for file and image; 0: the server's limit
	Accept       []string // MIME types, for file

	Label       string // verbose name as in forms: "Author name"
	VerboseName string // as messages use it: "author name"
	Help        string
	ReadRule    string // expression or "" (free); who may read the field
	WriteRule   string
	UI          json.RawMessage
}

// Path is a chain of fields from a collection: foreign keys, then any field. Reverse steps and many-to-many steps
// are Steps, see Walk.
type Path []Step

// Step is one step of a Path: exactly one of Field and Reverse is set.
type Step struct {
	Field   *Field   // a field of the current collection: forward relation, many-to-many or plain field
	Reverse *Reverse // the way back along a relation that points here
}

// Link is the table that holds the pairs of a many-to-many relation.
type Link struct {
	Table      string
	FromColumn string      // key of the owner
	ToColumn   string      // key of the target
	Collection *Collection // the through collection, or nil for a plain pair table
}

// Reverse is a relation seen from its target.
type Reverse struct {
	Name  string // related_name
	Field *Field // the relation field at the other end
}

// From returns the collection that the reverse relation leads to.
func (r *Reverse) From() *Collection { return r.Field.Collection }

// Many reports whether the way back leads to several records (all but one-to-one).
func (r *Reverse) Many() bool { return r.Field.Relation != OneToOne }

// Choice is an allowed value and its label.
type Choice struct {
	Value value.Value
	Label string
}

// Order is one term of an ordering. Path is a forward path that ends with a column.
type Order struct {
	Path []*Field
	Desc bool
}

// Index is a plain index over columns.
type Index struct {
	Name   string
	Fields []*Field
	Desc   []bool
}

// Check is an expression that must not be false, and its message (under non_field_errors, or under Field).
type Check struct {
	Expr    string
	Message string
	Field   string
}

// Role is a named set of grants. "anyone" and "signed_in" are built in.
type Role struct {
	Name   string
	Label  string
	Grants map[string]map[Action]Grant // by collection name; "*" is every collection
}

// Grant allows an action wholly (All) or where Rule holds. The zero Grant allows nothing.
type Grant struct {
	All  bool
	Rule string
}

// Target returns the collection that a relation step leads to, or nil for a plain field.
func (s Step) Target() *Collection {
	if s.Reverse != nil {
		return s.Reverse.From()
	}
	return s.Field.To
}

// Many reports whether the step leads to several records.
func (s Step) Many() bool {
	if s.Reverse != nil {
		return s.Reverse.Many()
	}
	return s.Field.Relation == ManyToMany
}

func afterDot(s string) string {
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		return s[i+1:]
	}
	return s
}
