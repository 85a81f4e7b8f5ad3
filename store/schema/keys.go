package schema

// key is a key that the document knows: the parser refuses others, the JSON Schema and docs/schema.md describe it.
type key struct {
	name  string
	shape string // a JSON type, "any", or the name of an object below; "[]x" a list, "{}x" a map, "a|b" either, "(…)" groups
	doc   string
	enum  []string
}

// object is a kind of object in the document, with its keys in the order in which they are best written.
type object struct {
	name string
	doc  string
	keys []key
}

func (o *object) names() []string {
	names := make([]string, len(o.keys))
	for i := range o.keys {
		names[i] = o.keys[i].name
	}
	return names
}

func (o *object) has(name string) bool {
	for i := range o.keys {
		if o.keys[i].name == name {
			return true
		}
	}
	return false
}

var documentKeys = object{"document", "A Couplet schema document.", []key{
	{"$schema", "string", "Address of the JSON Schema, for editors; it has no other meaning.", nil},
	{"settings", "settings", "Defaults of the whole project.", nil},
	{"collections", "{}collection", "The tables, by name.", nil},
	{"resources", "{}resource", "The public API under /api/, by path, in the order of the API root. A collection that none names gets a default one.", nil},
	{"roles", "{}role", "Named sets of grants. \"anyone\" and \"signed_in\" are built in.", nil},
	{"schedule", "{}job", "Work that is done at set times, by name.", nil},
}}

var collectionKeys = object{"collection", "A table with typed fields (Django: a model).", []key{
	{"id", "string", "Stable id, \"c_…\": a changed name with the same id is a rename. Given out by Couplet.", nil},
	{"model", "string", "Django's label, \"blog.article\" or \"blog.BlogPost\", for fixtures and messages. Default: app and the singular of the name.", nil},
	{"table", "string", "The table's name. Default: the collection's name.", nil},
	{"label", "string", "What one record is called, with a capital: \"Article\". Default: from the name.", nil},
	{"label_plural", "string", "What several are called. Default: the label with an s.", nil},
	{"help_text", "string", "A sentence about the collection.", nil},
	{"display", "string", "The field that names a record; a forward path such as \"user.username\" is allowed. Default: the key.", nil},
	{"ordering", "[]string", "Default ordering: field names, \"-\" before one for descending.", nil},
	{"fields", "{}field", "The fields, by name, in order. A collection without a primary key gets \"id\", a big integer given out by the database.", nil},
	{"unique_together", "[][]string", "Sets of fields whose values are unique together.", nil},
	{"indexes", "[](index|[]string)", "Further indexes: a list of field names (\"-\" before one for descending), or an object with a name.", nil},
	{"checks", "[]check", "Conditions that every record fulfils.", nil},
	{"rules", "rules", "Expressions that narrow an action to some records, joined by AND to what roles grant.", nil},
	{"resource", "boolean", "false: no default resource, so no public API until one is declared.", nil},
	{"owned", "boolean", "false: other programs write this table, too; it is never cached and never changed by a plan.", nil},
	{"ui", "any", "Presentation in the admin: columns, groups, colours.", nil},
}}

var rulesKeys = object{"rules", "An expression for each action.", []key{
	{"view", "string", "Which records may be seen. Others answer 404.", nil},
	{"add", "string", "Which new values may be added.", nil},
	{"change", "string", "Which records may be changed; checked before and after.", nil},
	{"delete", "string", "Which records may be deleted.", nil},
}}

var fieldRulesKeys = object{"field_rules", "Who may read and write a field.", []key{
	{"read", "string", "Expression: where it is not true, the field is left out of answers, filters and orderings.", nil},
	{"write", "string", "Expression: where it is not true, the field cannot be written.", nil},
}}

var checkKeys = object{"check", "A condition and what is said when it fails.", []key{
	{"expr", "string", "Expression on the record; it fails where it is false.", nil},
	{"message", "string", "What the client is told.", nil},
	{"field", "string", "The field that the message belongs to. Default: non_field_errors.", nil},
}}

var indexKeys = object{"index", "An index with a name of its own.", []key{
	{"fields", "[]string", "Field names, \"-\" before one for descending.", nil},
	{"name", "string", "The index's name. Default: table, fields and \"idx\".", nil},
}}

var fieldKeys = object{"field", "A field (Django: a model field).", []key{
	{"id", "string", "Stable id, \"f_…\": a changed name with the same id is a rename. Given out by Couplet.", nil},
	{"type", "string", "What the field holds.", fieldTypeNames},
	{"label", "string", "The name in forms, with a capital. Default: from verbose_name.", nil},
	{"verbose_name", "string", "The name in messages: \"author name\". Default: the label, or the name, in words.", nil},
	{"help_text", "string", "A sentence for forms and OPTIONS.", nil},
	{"column", "string", "The column's name. Default: the name, with _id for foreign keys.", nil},
	{"primary_key", "boolean", "This is the key: a big_integer or a uuid.", nil},
	{"auto", "boolean", "The key is given out by Couplet. Default: true for a key.", nil},
	{"null", "boolean", "May be null. Default: false.", nil},
	{"blank", "boolean", "May be empty or left out in input. Default: what null is.", nil},
	{"default", "any", "The value where none is given, as in a request body.", nil},
	{"unique", "boolean", "No two records have the same value (null aside).", nil},
	{"index", "boolean", "Has an index (Django: db_index). Default: true for foreign keys and slugs.", nil},
	{"editable", "boolean", "false: read-only everywhere.", nil},
	{"secret", "boolean", "Never in an answer, an export or the change log.", nil},
	{"auto_now_add", "boolean", "Date, time, datetime: set when the record is made.", nil},
	{"auto_now", "boolean", "Date, time, datetime: set whenever the record is saved.", nil},
	{"max_length", "integer", "Texts: most characters. Default: char 255, slug 50, email 254, url 200, file and image 100.", nil},
	{"min_length", "integer", "Texts: fewest characters (Django: MinLengthValidator).", nil},
	{"regex", "string", "Texts: an RE2 expression that the value matches (Django: RegexValidator).", nil},
	{"regex_message", "string", "What is said when regex does not match. Default: \"Enter a valid value.\"", nil},
	{"min_value", "any", "Numbers, dates, durations: the least value (Django: MinValueValidator).", nil},
	{"max_value", "any", "Numbers, dates, durations: the greatest value (Django: MaxValueValidator).", nil},
	{"choices", "[]any", "The allowed values: [value, label] pairs, or plain values.", nil},
	{"max_digits", "integer", "Decimal: significant digits in all.", nil},
	{"decimal_places", "integer", "Decimal: digits after the point.", nil},
	{"check", "check|string", "A condition on the record, reported at this field.", nil},
	{"upload_to", "string", "File, image: folder below media.", nil},
	{"max_size", "integer", "File, image: most bytes. Default: the server's limit.", nil},
	{"accept", "[]string", "File: allowed MIME types, such as \"application/pdf\" or \"text/*\".", nil},
	{"to", "string", "Relations: the collection that is pointed to, or \"self\".", nil},
	{"on_delete", "string", "Foreign key, one to one: what happens when the target is deleted. Default: set_null where null is allowed, else protect.",
		onDeleteNames},
	{"related_name", "string", "Relations: the name of the way back; \"+\" for none. Default: the collection's name (one to one: its singular).", nil},
	{"through", "string", "Many to many: the collection that holds the pairs.", nil},
	{"through_fields", "[]string", "Many to many with through: its two foreign keys, to this collection and to the target.", nil},
	{"table", "string", "Many to many without through: the table of pairs. Default: table and field.", nil},
	{"from_column", "string", "Many to many without through: the column with this collection's key.", nil},
	{"to_column", "string", "Many to many without through: the column with the target's key.", nil},
	{"rules", "field_rules", "Who may read and write the field.", nil},
	{"ui", "any", "Presentation in the admin: widget, width, colours.", nil},
}}

var resourceKeys = object{"resource", "The API face of a collection (DRF: a viewset and its serializer).", []key{
	{"id", "string", "Stable id, \"r_…\". Given out by Couplet.", nil},
	{"collection", "string", "Whose records it shows. Default: the collection of the resource's name.", nil},
	{"name", "string", "DRF's view name, \"Nested Article\": heading of the browsable API and of OPTIONS. Default: from the names.", nil},
	{"description", "string", "What OPTIONS, the browsable API and OpenAPI say about it.", nil},
	{"component", "string", "Name of the serializer in OpenAPI. Default: the model's name; NameModel for a further resource.", nil},
	{"component_description", "string", "What OpenAPI says about the serializer.", nil},
	{"serializer", "string", "Another resource of the same collection whose fields and checks this one shares.", nil},
	{"fields", "[](string|resource_field)", "The fields, in order: names, or objects. Default: all fields of the collection.", nil},
	{"hyperlinked", "boolean", "Relations are shown as links instead of keys (DRF: HyperlinkedModelSerializer).", nil},
	{"checks", "[]check", "Conditions on what is written (DRF: validate).", nil},
	{"lookup_field", "string", "The unique field that names a record in the path. Default: the key.", nil},
	{"filters", "{}(filter|[](string|filter))|[]string", "Query parameters that narrow a list: a path (author__rating) with its lookups, or a name with a filter object, or both in a list; a list of paths alone means exact.", nil},
	{"search_fields", "[]string", "Paths that search= looks in; before one, ^ means starts with, = equals, $ regular expression.", nil},
	{"ordering_fields", "[]string", "Paths that ordering= accepts. Default: the readable fields.", nil},
	{"ordering", "[]string", "The ordering where the client asks for none. Default: the collection's.", nil},
	{"filter_backends", "[]string", "Which of DRF's filter backends there are. Default: all.", []string{"filter", "search", "ordering"}},
	{"pagination", "pagination|boolean", "How lists are cut into pages; false: not at all. Default: the settings'.", nil},
	{"permission", "string", "Who may do what. Default: the settings'.", policyNames},
	{"authentication", "[]string", "Ways to authenticate, in order. Default: the settings'.", authenticationNames},
	{"throttle_scope", "string", "Name of a throttle rate in the settings.", nil},
	{"read_only", "boolean", "Only GET, HEAD and OPTIONS.", nil},
	{"filter", "string", "Expression: records outside it do not exist here (DRF: the queryset).", nil},
}}

var resourceFieldKeys = object{"resource_field", "A field of a resource (DRF: a serializer field).", []key{
	{"name", "string", "The name in JSON.", nil},
	{"source", "string", "The field, or a path (author.user.username), that it stands for. Default: the name.", nil},
	{"as", "string", "How it is shown. Default: as DRF's ModelSerializer would; a path without it is a read-only value.", representationNames},
	{"read_only", "boolean", "Ignored in input.", nil},
	{"write_only", "boolean", "Left out of answers.", nil},
	{"required", "boolean", "Must be in the input. Default: from the field.", nil},
	{"allow_null", "boolean", "Default: from the field.", nil},
	{"allow_blank", "boolean", "Default: from the field.", nil},
	{"allow_empty", "boolean", "Lists: may be empty. Default: from the field.", nil},
	{"default", "any", "The value where none is given, as in a request body.", nil},
	{"label", "string", "Default: from the field.", nil},
	{"help_text", "string", "Default: from the field.", nil},
	{"slug_field", "string", "as slug: the target's unique field.", nil},
	{"resource", "string", "as hyperlink or url: the resource that links lead to. Default: the target's first.", nil},
	{"nested", "serializer|string", "as nested: the fields of the related records, or the resource whose fields they are.", nil},
	{"write", "string", "Nested writes: replace the whole list, or merge by key. Default: replace.", []string{"replace", "merge"}},
	{"aggregate", "string", "A value computed over a to-many relation, read-only.", aggregateNames},
	{"of", "string", "aggregate: the relation; for sum, min, max and avg with a field: \"articles.views\".", nil},
}}

var serializerKeys = object{"serializer", "The fields of nested records (DRF: a serializer).", []key{
	{"name", "string", "Name in OpenAPI. Default: the outer serializer's name and the field's.", nil},
	{"description", "string", "What OpenAPI says about it.", nil},
	{"fields", "[](string|resource_field)", "The fields, in order. Default: all.", nil},
	{"hyperlinked", "boolean", "Relations are shown as links instead of keys.", nil},
	{"checks", "[]check", "Conditions on what is written.", nil},
}}

var filterKeys = object{"filter", "A named filter. Instead of an object, a list of lookups makes one parameter for each.", []key{
	{"type", "string", "The kind of filter.", []string{"lookup", "choices", "related_any", "related_all", "range", "date_range", "boolean"}},
	{"field", "string", "The field. Default: the filter's name.", nil},
	{"path", "string", "The same through relations: \"tags.slug\".", nil},
	{"lookup", "string", "lookup: which. Default: exact.", nil},
	{"expr", "string", "boolean: an expression with the variable value (true or false).", nil},
}}

var paginationKeys = object{"pagination", "How lists are cut into pages.", []key{
	{"style", "string", "DRF's paginations.", []string{"page_number", "limit_offset", "cursor", "none"}},
	{"page_size", "integer", "Records on a page (limit_offset: default_limit).", nil},
	{"max_page_size", "integer", "The most that page_size or limit may ask for; 0: page_size is fixed.", nil},
	{"ordering", "[]string", "cursor: its ordering.", nil},
}}

var settingsKeys = object{"settings", "Defaults of the whole project.", []key{
	{"title", "string", "Title of the OpenAPI document.", nil},
	{"version", "string", "Version of the OpenAPI document.", nil},
	{"description", "string", "Description of the OpenAPI document.", nil},
	{"permission", "string", "Default permission of resources. Default: roles.", policyNames},
	{"authentication", "[]string", "Default ways to authenticate, in order. Default: jwt, session.", authenticationNames},
	{"pagination", "pagination|boolean", "Default pagination. Default: page_number, 25, at most 200.", nil},
	{"throttle_rates", "{}string", "Rates by scope: \"anon\", \"user\", or a name that resources use; \"3/min\".", nil},
	{"cors", "cors", "Cross-origin requests (django-cors-headers).", nil},
	{"accounts", "accounts", "Sign-up and log-in.", nil},
	{"append_slash", "boolean", "Redirect a path without its trailing slash. Default: true.", nil},
	{"list_errors_as_dict", "boolean", "Errors of lists by index (DRF: LIST_SERIALIZER_ERRORS_AS_DICT). Default: true.", nil},
	{"error_codes", "boolean", "A machine-readable code beside each message. Default: false.", nil},
}}

var corsKeys = object{"cors", "Cross-origin requests.", []key{
	{"allowed_origins", "[]string", "Origins such as \"https://app.example.com\", or \"*\".", nil},
	{"allow_credentials", "boolean", "Cookies are allowed. Default: false.", nil},
}}

var accountsKeys = object{"accounts", "Sign-up and log-in.", []key{
	{"registration", "boolean", "Anybody may sign up. Default: false.", nil},
	{"email_verification", "string", "Default: none.", []string{"none", "optional", "mandatory"}},
	{"login_by", "[]string", "What a log-in name may be. Default: username.", []string{"username", "email"}},
	{"access_lifetime", "integer", "Seconds. Default: 900.", nil},
	{"refresh_lifetime", "integer", "Seconds. Default: 604800.", nil},
	{"registration_roles", "[]string", "Roles of a new account.", nil},
}}

var jobKeys = object{"job", "A task and when it runs.", []key{
	{"cron", "string", "Minute, hour, day of the month, month, day of the week: \"0 3 * * *\"; or @hourly, @daily, @weekly, @monthly, @yearly.", nil},
	{"time_zone", "string", "The time zone of cron, such as \"Europe/Berlin\". Default: UTC.", nil},
	{"task", "string", "What is done.", TaskNames},
	{"keep", "integer", "backup: delete all but so many of the newest. Default: none is deleted.", nil},
	{"enabled", "boolean", "false: only when it is asked for. Default: true.", nil},
}}

// objects lists every kind of object with fixed keys. Roles, whose keys are collections, are apart.
var objects = []*object{
	&documentKeys, &collectionKeys, &rulesKeys, &fieldKeys, &fieldRulesKeys, &checkKeys, &indexKeys, &resourceKeys,
	&resourceFieldKeys, &serializerKeys, &filterKeys, &paginationKeys, &settingsKeys, &corsKeys, &accountsKeys, &jobKeys,
}

var (
	policyNames = []string{PolicyRoles, PolicyAllowAny, PolicyAuthenticated, PolicyAuthenticatedOrReadOnly, PolicyAdmin,
		PolicyModel, PolicyModelOrAnonRead}
	authenticationNames = []string{"jwt", "session", "basic", "token", "api_key"}
	onDeleteNames       = []string{string(Cascade), string(Protect), string(Restrict), string(SetNull), string(SetDefault)}
	aggregateNames      = []string{"count", "sum", "min", "max", "avg", "exists"}
	representationNames = []string{"value", "primary_key", "slug", "string", "hyperlink", "nested", "url", "aggregate"}
)
