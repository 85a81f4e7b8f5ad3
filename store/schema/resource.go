package schema

import "github.com/couplet/couplet/store/value"

// Resource is the API face of a collection (DRF: a viewset and its serializer).
type Resource struct {
	ID             string // stable, so that a new name is a rename
	Name           string // the path: /api/{Name}/
	Collection     *Collection
	ViewName       string // "Article": DRF's view name, "Article List" and "Article Instance" in OPTIONS
	Description    string
	Component      string // name of the serializer in OpenAPI: "Article", "NestedArticle"
	Default        bool   // made by Couplet because the collection declares none
	Serializer     *Serializer
	Lookup         *Field // default: the key
	Filters        []*Filter
	Search         []SearchField
	OrderingFields []OrderName // names a client may order by
	Ordering       []Order     // the view's default ordering; empty: the collection's
	Pagination     Pagination
	Permission     string   // one of Permissions; "" the default of Settings
	Authentication []string // classes in order: jwt, session, basic, token, api_key; empty: the default of Settings
	ThrottleScope  string
	ReadOnly       bool
	BaseFilter     string // expression; records outside it do not exist here
	Backends       Backends
}

// Backends says which of DRF's filter backends a resource has.
type Backends struct{ Filter, Search, Ordering bool }

// Serializer is an ordered set of fields over a collection (DRF: ModelSerializer).
type Serializer struct {
	Name        string // component name in OpenAPI
	Description string
	Collection  *Collection
	Fields      []*SerializerField
	Checks      []*Check // object-level checks (DRF: validate)
}

// Representation is how a serializer field shows what it stands for.
type Representation uint8

// The representations. Plain shows the value of a column at the end of a forward path.
const (
	Plain         Representation = iota
	PrimaryKey                   // PrimaryKeyRelatedField
	SlugRelated                  // SlugRelatedField
	StringRelated                // StringRelatedField: always read-only
	Hyperlink                    // HyperlinkedRelatedField
	Nested                       // a nested serializer
	Identity                     // HyperlinkedIdentityField: "url"
	Aggregate                    // count, sum, min, max, avg, exists over a to-many relation
)

// SerializerField is one field of a Serializer.
type SerializerField struct {
	Name       string
	As         Representation
	Source     []*Field // forward path from the collection, relations first; empty for Identity and reverse relations
	Reverse    *Reverse // where the source ends with the way back along a relation
	Many       bool     // many-to-many, or a reverse relation to many
	ReadOnly   bool
	WriteOnly  bool
	Required   *bool // nil: DRF derives it from the field
	AllowNull  *bool
	AllowBlank *bool  // nil: derived
	AllowEmpty *bool  // many: nil: derived from blank
	Label      string // "" derived from the name
	Help       string
	SlugField  *Field // SlugRelated: the target's field
	Target     string // Hyperlink, Identity: name of the resource that links lead to
	Nested     *Serializer
	Replace    bool   // nested writes replace the whole list (DRF reference); false: merged by key
	Func       string // Aggregate: count, sum, min, max, avg, exists
	Over       *Field // Aggregate: the field that sum, min, max and avg are taken over
	Implicit   bool   // ReadOnlyField (OPTIONS type "field"): declared without a type, as DRF's ReadOnlyField(source=…)
	Default    *value.Value
}

// Column returns the field at the end of a plain source, or nil.
func (f *SerializerField) Column() *Field {
	if len(f.Source) == 0 {
		return nil
	}
	return f.Source[len(f.Source)-1]
}

// Filter is one query parameter (or a pair of them) that narrows a list.
type Filter struct {
	Param  string // "author__user__username__icontains"; range kinds add _min/_max or _after/_before
	Kind   FilterKind
	Path   Path   // from the resource's collection; empty for FilterExpr
	Lookup string // FilterLookup: "exact", "icontains", "date__gte", …
	Raw    bool   // FilterLookup under a name of its own: texts of a list are taken as they are (BaseInFilter)
	Expr   string // FilterExpr: an expression with the variable value
}

// FilterKind is the shape of a filter.
type FilterKind string

// The filter kinds.
const (
	FilterLookup    FilterKind = "lookup"      // field__lookup=value
	FilterChoices   FilterKind = "choices"     // repeated, OR (MultipleChoiceFilter)
	FilterAny       FilterKind = "related_any" // repeated, OR (ModelMultipleChoiceFilter)
	FilterAll       FilterKind = "related_all" // repeated, AND (conjoined)
	FilterRange     FilterKind = "range"       // _min and _max (RangeFilter)
	FilterDateRange FilterKind = "date_range"  // _after and _before (DateFromToRangeFilter)
	FilterBoolean   FilterKind = "boolean"     // an expression with value true or false
)

// SearchField is a field that search looks in; Prefix is DRF's: "" contains, "^" starts, "=" equals, "$" regex.
type SearchField struct {
	Prefix string
	Path   Path
}

// OrderName is a name that ordering= accepts, and what it orders by.
type OrderName struct {
	Name string // "author__rating"
	Path []*Field
}

// PaginationStyle is one of DRF's three paginations, or none.
type PaginationStyle string

// The pagination styles.
const (
	PageNumber  PaginationStyle = "page_number"
	LimitOffset PaginationStyle = "limit_offset"
	Cursor      PaginationStyle = "cursor"
	NoPages     PaginationStyle = "none"
)

// Pagination is how lists are cut into pages.
type Pagination struct {
	Style    PaginationStyle
	PageSize int     // default size (default_limit)
	MaxSize  int     // 0: the client cannot choose a size (page_number without page_size_query_param)
	Ordering []Order // cursor: its fixed ordering
}

// The permission policies of a resource, by DRF's class names in snake case.
const (
	PolicyRoles                   = "roles" // default: every action needs a grant of a role or of the user, view included
	PolicyAllowAny                = "allow_any"
	PolicyAuthenticated           = "is_authenticated"
	PolicyAuthenticatedOrReadOnly = "is_authenticated_or_read_only"
	PolicyAdmin                   = "is_admin"
	PolicyModel                   = "django_model_permissions" // signed in; view free; the rest as granted
	PolicyModelOrAnonRead         = "django_model_permissions_or_anon_read_only"
)

// Settings are the project-wide defaults of the document.
type Settings struct {
	Title, Version, Description string // of the OpenAPI document
	Permission                  string
	Authentication              []string
	Pagination                  Pagination
	ListErrorsAsDict            bool              // DRF's LIST_SERIALIZER_ERRORS_AS_DICT; default true
	AppendSlash                 bool              // default true
	ErrorCodes                  bool              // a machine-readable code beside each message
	ThrottleRates               map[string]string // scope (anon, user, or a name) → "3/min"
	CORS                        CORS
	Accounts                    Accounts
}

// CORS is django-cors-headers' configuration.
type CORS struct {
	AllowedOrigins   []string
	AllowCredentials bool
}

// Accounts configures sign-up and log-in.
type Accounts struct {
	Registration      bool     // /api/auth/registration/; default false
	EmailVerification string   // none, optional, mandatory
	LoginBy           []string // username, email
	Access, Refresh   int64    // lifetimes in seconds; default 900 and 604800
	RegistrationRoles []string // roles a new account gets
}
