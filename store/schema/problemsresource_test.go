package schema_test

import (
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/schema"
)

var resourceProblems = []problemTest{
	{"no collection", in("resource", `"tagz": {}`), schema.Problems{{r + ".tagz", `There is no collection "tagz".`, `Did you mean "tags"?`}}},
	{"unknown collection", in("resource", `"x": {"collection": "nothing_like_it"}`), schema.Problems{{r + ".x.collection", `There is no collection "nothing_like_it".`, ""}}},
	{"taken by another", in("resource", `"articles": {"collection": "tags"}`), schema.Problems{{a, `The resource "articles" shows tags, so articles cannot have a default resource.`, `Add "resource": false, or rename the resource.`}}},
	{"component", resource(`"component": "a b"`), schema.Problems{{r + ".x.component", `"a b" is not a name of a component.`, `Write it like "NestedArticle".`}}},
	{"same component", resource(`"component": "Tag"`), schema.Problems{{r + ".x", `Two serializers are named "Tag".`, `Set another "component" (nested: "name").`}}},
	{"serializer", resource(`"serializer": "tagss"`), schema.Problems{{r + ".x.serializer", `There is no resource "tagss".`, `Did you mean "tags"?`}}},
	{"serializer of another", resource(`"serializer": "tags"`), schema.Problems{{r + ".x.serializer", `The resource "tags" shows tags, not articles.`, ""}}},
	{"serializer and fields", in("resource", `"x": {"collection": "tags", "serializer": "tags", "fields": ["id"]}`), schema.Problems{{r + ".x.fields", `The serializer is that of "tags".`, "Leave it out."}}},
	{"serializer of itself", resource(`"serializer": "x"`), schema.Problems{{r + ".x.serializer", `The fields of "x" contain themselves.`, "Give the nested records fields of their own."}}},
	{"no fields", resource(`"fields": []`), schema.Problems{{r + ".x.fields", "There are 0 fields; 1 to 200 are allowed.", ""}}},
	{"unknown field", resource(`"fields": ["titel"]`), schema.Problems{{r + ".x.fields[0]", `articles has no field "titel".`, `Did you mean "title"?`}}},
	{"field twice in a resource", resource(`"fields": ["title", "title"]`), schema.Problems{{r + ".x.fields[1]", `The field "title" appears twice.`, "Leave it out."}}},
	{"field without name", resource(`"fields": [{"source": "title"}]`), schema.Problems{{r + ".x.fields[0]", "The field has no name.", `Add "name".`}}},
	{"field's name", resource(`"fields": [{"name": "the title", "source": "title"}]`), schema.Problems{{r + ".x.fields[0]", `"the title" is not a name: small letters, digits and _, beginning with a letter.`, `Write "the_title".`}}},
	{"secret field", resource(`"fields": ["key2"]`), schema.Problems{{r + ".x.fields[0]", `"key2" is secret.`, "Leave it out."}}},
	{"password", resource(`"fields": [{"name": "p", "source": "author.user.password"}]`), schema.Problems{{r + ".x.fields[0].source", `"author.user.password" is secret.`, "Leave it out."}}},
	{"source", resource(`"fields": [{"name": "n", "source": "author.nam"}]`), schema.Problems{{r + ".x.fields[0].source", `authors has no field "nam".`, `Did you mean "name"?`}}},
	{"source behind a value", resource(`"fields": [{"name": "n", "source": "title.name"}]`), schema.Problems{{r + ".x.fields[0].source", `"title" is not a relation, so there is no "name" behind it.`, ""}}},
	{"source behind several", resource(`"fields": [{"name": "n", "source": "tags.name"}]`), schema.Problems{{r + ".x.fields[0].source", `"tags.name" goes on behind several records.`, "Nest the records instead."}}},
	{"relation as value", resource(`"fields": [{"name": "author", "as": "value"}]`), schema.Problems{{r + ".x.fields[0].as", `"author" is a relation.`, `Write "primary_key".`}}},
	{"value as relation", resource(`"fields": [{"name": "title", "as": "string"}]`), schema.Problems{{r + ".x.fields[0]", `"title" is not a relation.`, ""}}},
	{"slug without field", resource(`"fields": [{"name": "author", "as": "slug"}]`), schema.Problems{{r + ".x.fields[0]", "A slug needs the field that is shown.", `Add "slug_field".`}}},
	{"slug field", resource(`"fields": [{"name": "author", "as": "slug", "slug_field": "nme"}]`), schema.Problems{{r + ".x.fields[0].slug_field", `authors has no field "nme".`, `Did you mean "name"?`}}},
	{"slug field of relation", resource(`"fields": [{"name": "author", "as": "slug", "slug_field": "user"}]`), schema.Problems{{r + ".x.fields[0].slug_field", "authors.user cannot stand for a record.", "Choose another field."}}},
	{"slug not unique", resource(`"fields": [{"name": "tags", "as": "slug", "slug_field": "name"}]`), schema.Problems{{r + ".x.fields[0].slug_field", "tags.name is not unique.", `Add "unique": true to the field, or "read_only": true here.`}}},
	{"slug field alone", resource(`"fields": [{"name": "tags", "slug_field": "slug"}]`), schema.Problems{{r + ".x.fields[0].slug_field", "Only a slug has a slug_field.", `Add "as": "slug".`}}},
	{"nested and string", resource(`"fields": [{"name": "author", "as": "string", "nested": {"fields": ["id"]}}]`), schema.Problems{{r + ".x.fields[0].nested", `"string" and nested exclude each other.`, "Leave one out."}}},
	{"nested without fields", resource(`"fields": [{"name": "author", "as": "nested"}]`), schema.Problems{{r + ".x.fields[0]", "The nested records have no fields.", `Add "nested" with its fields.`}}},
	{"nested name", resource(`"fields": [{"name": "author", "nested": {"name": "-", "fields": ["id"]}}]`), schema.Problems{{r + ".x.fields[0].nested.name", `"-" is not a name of a component.`, `Write it like "AuthorBrief".`}}},
	{"nested write", resource(`"fields": [{"name": "author", "nested": {"fields": ["id"]}, "read_only": false}]`), schema.Problems{{r + ".x.fields[0].read_only", `"author" cannot be written here.`, "Leave it out."}}},
	{"circular", in("resource", `"articles": {"fields": [{"name": "author", "nested": "authors"}]}, "authors": {"fields": [{"name": "articles", "nested": "articles"}]}`),
		schema.Problems{{r + ".authors.fields[0].nested", `The fields of "articles" contain themselves.`, "Give the nested records fields of their own."}}},
	{"too deep", resource(`"fields": [` + nest(9) + `]`), schema.Problems{{r + ".x.fields[0]" + strings.Repeat(".nested.fields[0]", 8) + ".nested", "Serializers are nested deeper than 8 levels.", ""}}},
	{"aggregate", resource(`"fields": [{"name": "n", "aggregate": "count"}]`), schema.Problems{{r + ".x.fields[0]", "An aggregate needs its function and the relation it is taken over.", `Write {"aggregate": "count", "of": "comments"}.`}}},
	{"aggregate over one", resource(`"fields": [{"name": "n", "aggregate": "count", "of": "author"}]`), schema.Problems{{r + ".x.fields[0].of", `"author" is not a relation to several records, with a field or without.`, `Write "articles" or "articles.views".`}}},
	{"count of a field", resource(`"fields": [{"name": "n", "aggregate": "count", "of": "tags.name"}]`), schema.Problems{{r + ".x.fields[0].of", "count counts records.", "Leave the field out."}}},
	{"sum of records", resource(`"fields": [{"name": "n", "aggregate": "sum", "of": "tags"}]`), schema.Problems{{r + ".x.fields[0].of", "sum needs a field.", `Write "articles.views", for instance.`}}},
	{"sum of texts", resource(`"fields": [{"name": "n", "aggregate": "sum", "of": "tags.name"}]`), schema.Problems{{r + ".x.fields[0].of", "sum needs a number or a duration, not char.", ""}}},
	{"max of secrets", in("resource", `"authors": {"fields": [{"name": "n", "aggregate": "max", "of": "articles.key2"}]}`), schema.Problems{{r + ".authors.fields[0].of", "The field is secret.", "Leave it out."}}},
	{"read and write only", resource(`"fields": [{"name": "title", "read_only": true, "write_only": true}]`), schema.Problems{{r + ".x.fields[0].write_only", `"title" is read-only.`, ""}}},
	{"required and read-only", resource(`"fields": [{"name": "id", "required": true}]`), schema.Problems{{r + ".x.fields[0].required", `"id" is read-only.`, "Leave it out."}}},
	{"default of a relation", resource(`"fields": [{"name": "author", "default": 1}]`), schema.Problems{{r + ".x.fields[0].default", "Only a plain field takes a default here.", "Leave it out."}}},
	{"default in a resource", resource(`"fields": [{"name": "views", "default": "x"}]`), schema.Problems{{r + ".x.fields[0].default", `"x" is not a value of type integer.`, ""}}},
	{"link to nothing", in("resource", `"x": {"collection": "authors", "hyperlinked": true, "fields": ["user"]}`), schema.Problems{{r + ".x.fields[0]", "There is no resource of users to link to.", `Use "as": "primary_key", or declare a resource.`}}},
	{"link to another", resource(`"fields": [{"name": "author", "as": "hyperlink", "resource": "tags"}]`), schema.Problems{{r + ".x.fields[0].resource", `The resource "tags" shows tags, not authors.`, ""}}},
	{"link to unknown", resource(`"fields": [{"name": "author", "as": "hyperlink", "resource": "authorz"}]`), schema.Problems{{r + ".x.fields[0].resource", `There is no resource "authorz".`, `Did you mean "authors"?`}}},
	{"lookup_field", resource(`"lookup_field": "titel"`), schema.Problems{{r + ".x.lookup_field", `articles has no field "titel".`, `Did you mean "title"?`}}},
	{"lookup not unique", resource(`"lookup_field": "title"`), schema.Problems{{r + ".x.lookup_field", "articles.title is not unique.", `Add "unique": true to the field, or choose another.`}}},
	{"permission", resource(`"permission": "is_authentcated"`), schema.Problems{{r + ".x.permission", `"is_authentcated" is not allowed here.`, `Did you mean "is_authenticated"?`}}},
	{"authentication", resource(`"authentication": ["oauth2000"]`), schema.Problems{{r + ".x.authentication[0]", `"oauth2000" is not allowed here.`, "It is one of jwt, session, basic, token, api_key."}}},
	{"throttle", resource(`"throttle_scope": "contact"`), schema.Problems{{r + ".x.throttle_scope", `There is no throttle rate "contact".`, `Add it to "settings.throttle_rates".`}}},
	{"page sizes", resource(`"pagination": {"page_size": 20, "max_page_size": 10}`), schema.Problems{{r + ".x.pagination.max_page_size", "max_page_size is 10 and page_size 20.", ""}}},
	{"pagination ordering", resource(`"pagination": {"ordering": ["title"]}`), schema.Problems{{r + ".x.pagination.ordering", "Only the cursor style of a resource has an ordering of its own.", "Leave it out."}}},
	{"search", resource(`"search_fields": ["views"]`), schema.Problems{{r + ".x.search_fields[0]", `"views" is not a text to search in.`, ""}}},
	{"search path", resource(`"search_fields": ["^author__nme"]`), schema.Problems{{r + ".x.search_fields[0]", `authors has no field "nme".`, `Did you mean "name"?`}}},
	{"full text", resource(`"search_fields": ["@title"]`), schema.Problems{{r + ".x.search_fields[0]", "Full-text search (@) is not there.", "Leave the prefix out."}}},
	{"ordering field", resource(`"ordering_fields": ["author__naem"]`), schema.Problems{{r + ".x.ordering_fields[0]", `authors has no field "naem".`, `Did you mean "name"?`}}},
	{"long path", resource(`"ordering_fields": ["` + strings.Repeat("author__", 40) + `"]`), schema.Problems{{r + ".x.ordering_fields[0]", "The path is longer than 255 characters.", ""}}},
}

var filterProblems = []problemTest{
	{"filter path", resource(`"filters": {"author__usr": ["exact"]}`), schema.Problems{{r + ".x.filters.author__usr", `authors has no field "usr".`, `Did you mean "user"?`}}},
	{"filter on a secret", resource(`"filters": ["key2"]`), schema.Problems{{r + ".x.filters[0]", `"key2" is secret.`, "Leave it out."}}},
	{"lookup", resource(`"filters": {"title": ["icontain"]}`), schema.Problems{{r + ".x.filters.title[0]", `The lookup "icontain" does not apply to type char.`, `Did you mean "icontains"?`}}},
	{"lookup of another type", resource(`"filters": {"views": ["icontains"]}`), schema.Problems{{r + ".x.filters.views[0]", `The lookup "icontains" does not apply to type integer.`, "There are exact, in, isnull, gt, gte, lt, lte, range."}}},
	{"lookup of a relation", resource(`"filters": {"author": ["gt"]}`), schema.Problems{{r + ".x.filters.author[0]", `The lookup "gt" does not apply to a relation.`, "There are exact, in, isnull."}}},
	{"list parameter", resource(`"filters": {"search": {"type": "lookup", "field": "title"}}`), schema.Problems{{r + ".x.filters.search", `"search" is a parameter of every list.`, "Give the filter another name."}}},
	{"parameter twice", resource(`"filters": {"title": ["in"], "title__in": {"type": "lookup", "field": "title", "lookup": "in"}}`), schema.Problems{{r + ".x.filters.title__in", `The parameter "title__in" appears twice.`, "Leave one out."}}},
	{"filter's name", resource(`"filters": {"a b": {"type": "lookup", "field": "title"}}`), schema.Problems{{r + ".x.filters.a b", `"a b" is not a name: small letters, digits and _, beginning with a letter.`, `Write "a_b".`}}},
	{"filter without type", resource(`"filters": {"t": {"field": "title"}}`), schema.Problems{{r + ".x.filters.t", "The filter has no type.", "Types are lookup, choices, related_any, related_all, range, date_range, boolean."}}},
	{"choices filter", resource(`"filters": {"t": {"type": "choices", "field": "title"}}`), schema.Problems{{r + ".x.filters.t", "The field has no choices.", `Use a lookup such as "in".`}}},
	{"related filter", resource(`"filters": {"t": {"type": "related_any", "field": "title"}}`), schema.Problems{{r + ".x.filters.t", "The path leads through no relation.", `Write a path such as "tags.slug".`}}},
	{"range filter", resource(`"filters": {"t": {"type": "range", "field": "title"}}`), schema.Problems{{r + ".x.filters.t", "A range needs a number or a duration.", `Use "date_range" for dates.`}}},
	{"date_range filter", resource(`"filters": {"t": {"type": "date_range", "field": "title"}}`), schema.Problems{{r + ".x.filters.t", "A date_range needs a date or datetime.", ""}}},
	{"boolean filter", resource(`"filters": {"title": {"type": "boolean"}}`), schema.Problems{{r + ".x.filters.title", "A boolean filter needs an expression.", `Add "expr".`}}},
}

var settingsProblems = []problemTest{
	{"rate", in("settings", `"throttle_rates": {"anon": "often"}`), schema.Problems{{"settings.throttle_rates.anon", `"often" is not a rate: a number, /, and second, minute, hour or day.`, `Write it like "3/min".`}}},
	{"origin", in("settings", `"cors": {"allowed_origins": ["app.example.com"]}`), schema.Problems{{"settings.cors.allowed_origins[0]", `"app.example.com" is not an origin.`, `Write it like "https://app.example.com".`}}},
	{"any origin", in("settings", `"cors": {"allowed_origins": ["*"], "allow_credentials": true}`), schema.Problems{{"settings.cors.allowed_origins[0]", `"*" and allow_credentials together would let any site act for a user.`, "Name the origins."}}},
	{"lifetimes", in("settings", `"accounts": {"access_lifetime": 900, "refresh_lifetime": 100}`), schema.Problems{{"settings.accounts.refresh_lifetime", "refresh_lifetime is shorter than access_lifetime.", ""}}},
	{"role of accounts", in("settings", `"accounts": {"registration_roles": ["membrs"]}`), schema.Problems{{"settings.accounts.registration_roles[0]", `There is no role "membrs".`, ""}}},
	{"word twice", in("settings", `"authentication": ["jwt", "jwt"]`), schema.Problems{{"settings.authentication[1]", `"jwt" appears twice.`, ""}}},
	{"role's name", in("root", `"roles": {"Editors": {}}`), schema.Problems{{"roles.Editors", `"Editors" is not a name: small letters, digits and _, beginning with a letter.`, `Write "editors".`}}},
	{"too many grants", in("root", `"roles": {"editors": {`+manyKeys(503)+`}}`), schema.Problems{{"roles.editors", "There are 503 entries; at most 502 are allowed.", ""}}},
	{"grant on nothing", in("root", `"roles": {"editors": {"artcles": true}}`), schema.Problems{{"roles.editors.artcles", `There is no collection "artcles".`, `Did you mean "articles"?`}}},
	{"grant", in("root", `"roles": {"editors": {"articles": {"view": 1}}}`), schema.Problems{{"roles.editors.articles.view", "This must be true, false or an expression, not a number.", ""}}},
	{"unknown action", in("root", `"roles": {"editors": {"articles": {"delet": true}}}`), schema.Problems{{"roles.editors.articles.delet", `Unknown key "delet".`, `Did you mean "delete"?`}}},
}

var echoProblems = []problemTest{
	{"no echo of a broken field", strings.Replace(in("field", `"x": {"type": "chr"}, "y": {"type": "foreign_key", "to": "nobody"}`), `"tags": {}`,
		`"x": {"collection": "articles", "fields": ["x", "y", {"name": "z", "source": "y.name"}], "filters": ["x", "y__name"], "ordering": ["x"]}`, 1),
		schema.Problems{{f + ".type", `Unknown type "chr".`, `Did you mean "char"?`}, {"collections.articles.fields.y.to", `There is no collection "nobody".`, ""}}},
}

// manyKeys returns n members of an object.
func manyKeys(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(`"k%d": true`, i)
	}
	return strings.Join(parts, ", ")
}
