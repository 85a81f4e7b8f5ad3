package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/schema"
)

// base is a small document; the tests put further members into its parts.
const base = `{
  "settings": {"permission": "roles"%s},
  "collections": {
    "authors": {"fields": {"name": {"type": "char", "unique": true}, "user": {"type": "one_to_one", "to": "users", "related_name": "author"}}},
    "tags": {"fields": {"slug": {"type": "slug", "unique": true}, "name": {"type": "char"}}},
    "articles": {
      "fields": {
        "title": {"type": "char"}, "meta": {"type": "json", "null": true}, "status": {"type": "char", "choices": ["draft", "done"]},
        "author": {"type": "foreign_key", "to": "authors"}, "tags": {"type": "many_to_many", "to": "tags"},
        "views": {"type": "integer"}, "at": {"type": "datetime", "null": true}, "key2": {"type": "char", "secret": true, "blank": true}%s
      }%s
    }%s
  },
  "resources": {"tags": {}%s}%s
}`

// in returns base with one part filled: settings, field, article, collection, resource, root.
func in(part, text string) string {
	parts := []any{"", "", "", "", "", ""}
	for i, name := range []string{"settings", "field", "article", "collection", "resource", "root"} {
		if name == part {
			parts[i] = ", " + text
		}
	}
	return fmt.Sprintf(base, parts...)
}

func TestBaseIsValid(t *testing.T) { parse(t, in("", "")) }

func TestProblems(t *testing.T) {
	const f, a, c, r = "collections.articles.fields.x", "collections.articles", "collections", "resources"
	field := func(options string) string { return in("field", `"x": {`+options+`}`) }
	resource := func(options string) string { return in("resource", `"x": {"collection": "articles", `+options+`}`) }
	tests := []struct {
		name, doc string
		want      schema.Problems
	}{
		// JSON
		{"empty", "", schema.Problems{{"", "This is not JSON: line 1, column 1: unexpected end.", ""}}},
		{"syntax", "{\n  \"a\": 1,,\n}", schema.Problems{{"", "This is not JSON: line 2, column 9: invalid character ',' looking for beginning of object key string.", ""}}},
		{"cut off", `{"collections": {`, schema.Problems{{"", "This is not JSON: line 1, column 17: unexpected end.", ""}}},
		{"rest", "{} {}", schema.Problems{{"", "This is not JSON: line 1, column 4: there is something after the end of the document.", ""}}},
		{"list", "[]", schema.Problems{{"", "This must be an object, not a list.", ""}}},
		{"byte order mark", "\ufeff{}", schema.Problems{{"", "The document begins with a byte order mark.", "Save it as UTF-8 without one."}}},
		{"UTF-8", "{\"a\": \"\xff\"}", schema.Problems{{"", "The document is not valid UTF-8.", ""}}},
		{"size", strings.Repeat(" ", schema.MaxDocument+1), schema.Problems{{"", "The document has 4194305 bytes; at most 4194304 are allowed.", ""}}},
		{"depth", strings.Repeat("[", 70), schema.Problems{{"", "This is not JSON: line 1, column 66: it is nested deeper than 64 levels.", ""}}},
		{"duplicate", in("field", `"title": {"type": "char"}`), schema.Problems{{"collections.articles.fields.title", `The key "title" appears twice.`, ""}}},

		// keys and types of values
		{"unknown key", in("root", `"colections": {}`), schema.Problems{{"colections", `Unknown key "colections".`, `Did you mean "collections"?`}}},
		{"unknown key, alias", field(`"type": "char", "nullable": true`), schema.Problems{{f + ".nullable", `Unknown key "nullable".`, `Did you mean "null"?`}}},
		{"required", field(`"type": "char", "required": true`), schema.Problems{{f + ".required", `Unknown key "required".`, `A field is required unless it has "blank", "null" or "default".`}}},
		{"wrong type", field(`"type": "char", "null": "yes"`), schema.Problems{{f + ".null", "This must be a boolean, not a string.", ""}}},
		{"no number", field(`"type": "char", "max_length": 1.5`), schema.Problems{{f + ".max_length", "This must be a whole number from 1 to 1073741824, not 1.5.", ""}}},

		// names
		{"name", in("collection", `"Blog Posts": {"fields": {}}`), schema.Problems{{c + ".Blog Posts", `"Blog Posts" is not a name: small letters, digits and _, beginning with a letter.`, `Write "blog_posts".`}}},
		{"name of a field", in("field", `"authorName": {"type": "char"}`), schema.Problems{{"collections.articles.fields.authorName", `"authorName" is not a name: small letters, digits and _, beginning with a letter.`, `Write "author_name".`}}},
		{"underscores", in("field", `"a__b": {"type": "char"}`), schema.Problems{{"collections.articles.fields.a__b", `The name "a__b" contains "__", which separates the parts of a path.`, `Write "a_b".`}}},
		{"long name", in("collection", `"a`+strings.Repeat("b", 63)+`": {}`), schema.Problems{{c + ".a" + strings.Repeat("b", 63), "The name is longer than 63 characters.", ""}}},
		{"reserved collection", in("collection", `"token": {"resource": false}`), schema.Problems{{c + ".token", `The name "token" is reserved.`, ""}}},
		{"reserved field", in("field", `"pk": {"type": "char"}`), schema.Problems{{"collections.articles.fields.pk", `The name "pk" is reserved.`, "Choose another name."}}},
		{"reserved resource", in("resource", `"docs": {"collection": "tags"}`), schema.Problems{{r + ".docs", `The name "docs" is reserved.`, ""}}},
		{"resource's name", in("resource", `"Docs!": {"collection": "tags"}`), schema.Problems{{r + ".Docs!", `"Docs!" is not a name: small letters, digits, _ and -, beginning with a letter.`, ""}}},
		{"resource's underscores", in("resource", `"a__b": {"collection": "tags"}`), schema.Problems{{r + ".a__b", `The name "a__b" contains "__", which separates the parts of a path.`, ""}}},
		{"reserved table", in("article", `"table": "couplet_articles"`), schema.Problems{{a + ".table", "Table names that begin with couplet_, sqlite_ or pg_ are reserved.", "Choose another name."}}},
		{"quoted table", in("article", `"table": "a\"b"`), schema.Problems{{a + ".table", "The table's name contains a control character or a quote.", ""}}},
		{"long table", in("article", `"table": "`+strings.Repeat("t", 64)+`"`), schema.Problems{{a + ".table", "The table's name is longer than 63 bytes.", ""}}},
		{"same table", in("article", `"table": "Tags"`), schema.Problems{{a + ".table", `tags has the table "Tags" already.`, `Set another "table".`}}},
		{"table of pairs", in("article", `"table": "articles_tags"`), schema.Problems{}},
		{"same table of pairs", in("collection", `"articles_tags": {}`), schema.Problems{{"collections.articles.fields.tags.table", `articles_tags has the table "articles_tags" already.`, `Set another "table".`}}},
		{"same column", field(`"type": "integer", "column": "AUTHOR_ID"`), schema.Problems{{f + ".column", `author has the column "AUTHOR_ID" already.`, `Set another "column".`}}},
		{"column", field(`"type": "integer", "column": "a\"b"`), schema.Problems{{f + ".column", `"a\"b" is no name of a column.`, `Set another "column".`}}},
		{"long column", in("field", `"a`+strings.Repeat("b", 60)+`": {"type": "foreign_key", "to": "tags", "related_name": "+"}`), schema.Problems{{"collections.articles.fields.a" + strings.Repeat("b", 60) + ".column", `"a` + strings.Repeat("b", 60) + `_id" is no name of a column.`, `Set another "column".`}}},
		{"long column of pairs", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "to_column": "` + strings.Repeat("b", 64) + `"`), schema.Problems{{f + ".to_column", `"` + strings.Repeat("b", 64) + `" is no name of a column.`, ""}}},
		{"model", in("article", `"model": "Article"`), schema.Problems{{a + ".model", `"Article" is not a model's label.`, `Write it like "blog.article".`}}},
		{"id", in("article", `"id": "articles"`), schema.Problems{{a + ".id", `"articles" is not an id of this kind: c_ and up to 40 small letters and digits.`, "Leave it out: Couplet gives out ids."}}},
		{"same id", field(`"type": "char", "id": "f_users_email"`), schema.Problems{{f + ".id", "collections.users.fields.email has the same id.", "Leave it out of the copy: Couplet gives out a new one."}}},

		// fields
		{"no type", field(`"null": true`), schema.Problems{{f, "The field has no type.", `Add "type", such as "char".`}}},
		{"unknown type", field(`"type": "String"`), schema.Problems{{f + ".type", `Unknown type "String".`, `Did you mean "char"?`}}},
		{"alias of a type", field(`"type": "ForeignKey"`), schema.Problems{{f + ".type", `Unknown type "ForeignKey".`, `Did you mean "foreign_key"?`}}},
		{"option of another type", field(`"type": "boolean", "max_length": 3`), schema.Problems{{f + ".max_length", `A field of type boolean has no option "max_length".`, "Leave it out."}}},
		{"option of many to many", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "null": true`), schema.Problems{{f + ".null", `A field of type many_to_many has no option "null".`, "Leave it out."}}},
		{"decimal", field(`"type": "decimal"`), schema.Problems{{f, `A decimal needs "max_digits".`, `Add "max_digits": 10, "decimal_places": 2, for instance.`}, {f, `A decimal needs "decimal_places".`, `Add "max_digits": 10, "decimal_places": 2, for instance.`}}},
		{"places", field(`"type": "decimal", "max_digits": 2, "decimal_places": 3`), schema.Problems{{f + ".decimal_places", "decimal_places is 3 and max_digits 2.", ""}}},
		{"regex", field(`"type": "char", "regex": "(?=a)"`), schema.Problems{{f + ".regex", "The regular expression does not compile: invalid or unsupported Perl syntax: `(?=`.", "RE2 knows no lookaround and no backreferences."}}},
		{"regex_message", field(`"type": "char", "regex_message": "No."`), schema.Problems{{f + ".regex_message", "There is a message but no regular expression.", `Add "regex".`}}},
		{"lengths", field(`"type": "char", "min_length": 5, "max_length": 4`), schema.Problems{{f + ".min_length", "min_length is 5 and max_length 4.", ""}}},
		{"both autos", field(`"type": "date", "auto_now": true, "auto_now_add": true`), schema.Problems{{f + ".auto_now", "auto_now and auto_now_add exclude each other.", "Choose one."}}},
		{"auto and default", field(`"type": "date", "auto_now": true, "default": "2024-01-01"`), schema.Problems{{f + ".default", "A field with auto_now or auto_now_add takes no default.", "Leave it out."}}},
		{"auto without key", field(`"type": "uuid", "auto": true`), schema.Problems{{f + ".auto", "Only the key is given out automatically.", `Add "primary_key": true, or leave it out.`}}},
		{"null key", field(`"type": "uuid", "primary_key": true, "null": true`), schema.Problems{{f + ".null", `The key takes no "null".`, "Leave it out."}}},
		{"key of text", field(`"type": "char", "primary_key": true`), schema.Problems{{f + ".primary_key", `A field of type char has no option "primary_key".`, "Leave it out."}}},
		{"two keys", in("field", `"x": {"type": "uuid", "primary_key": true}, "y": {"type": "uuid", "primary_key": true}`), schema.Problems{{"collections.articles.fields.y.primary_key", "x is the key already.", ""}}},
		{"id without key", in("field", `"id": {"type": "integer"}`), schema.Problems{{"collections.articles.fields.id", `A field named "id" must be the key.`, `Add "primary_key": true, or choose another name.`}}},
		{"unique json", field(`"type": "json", "unique": true`), schema.Problems{{f + ".unique", `A json field cannot have "unique".`, "Leave it out."}}},
		{"upload_to", field(`"type": "file", "upload_to": "../etc"`), schema.Problems{{f + ".upload_to", `"../etc" is not a folder below media.`, `Write a folder such as "covers/".`}}},
		{"accept", field(`"type": "file", "accept": ["pdf"]`), schema.Problems{{f + ".accept[0]", `"pdf" is not a MIME type.`, `Write it like "application/pdf" or "text/*".`}}},
		{"field's check", field(`"type": "char", "check": {"message": "No."}`), schema.Problems{{f + ".check", "The check has no expression.", `Add "expr".`}}},
		{"empty rule", field(`"type": "char", "rules": {"read": " "}`), schema.Problems{{f + ".rules.read", "The expression is empty.", "Leave the key out instead."}}},

		// defaults, bounds, choices
		{"default of another type", field(`"type": "integer", "default": "many"`), schema.Problems{{f + ".default", `"many" is not a value of type integer.`, ""}}},
		{"default too large", field(`"type": "decimal", "max_digits": 3, "decimal_places": 2, "default": 10}, "z": {"type": "char"`), schema.Problems{{f + ".default", "10 does not fit into type decimal: too many digits before the decimal separator.", ""}}},
		{"default null", field(`"type": "integer", "default": null`), schema.Problems{{f + ".default", "The default is null, but the field may not be.", `Add "null": true, or another default.`}}},
		{"default no choice", field(`"type": "char", "choices": [["a", "A"]], "default": "b"`), schema.Problems{{f + ".default", "The default is not among the choices.", ""}}},
		{"default out of bounds", field(`"type": "integer", "min_value": 1, "default": 0`), schema.Problems{{f + ".default", "The default is outside min_value and max_value.", ""}}},
		{"default too long", field(`"type": "char", "max_length": 2, "default": "äöü"`), schema.Problems{{f + ".default", "The text has 3 characters and max_length is 2.", ""}}},
		{"default too short", field(`"type": "char", "min_length": 2, "default": "ä"`), schema.Problems{{f + ".default", "The text has 1 characters and min_length is 2.", ""}}},
		{"bounds", field(`"type": "integer", "min_value": 2, "max_value": 1`), schema.Problems{{f + ".min_value", "min_value is greater than max_value.", ""}}},
		{"null bound", field(`"type": "integer", "min_value": null`), schema.Problems{{f + ".min_value", "A bound cannot be null.", "Leave it out."}}},
		{"bad choice", field(`"type": "integer", "choices": [["a", "A"]]`), schema.Problems{{f + ".choices[0][0]", `"a" is not a value of type integer.`, ""}}},
		{"choice without label", field(`"type": "char", "choices": [["a"]]`), schema.Problems{{f + ".choices[0]", "A choice is a value and its label.", `Write ["draft", "Draft"].`}}},
		{"same choice", field(`"type": "char", "choices": ["a", "a"]`), schema.Problems{{f + ".choices[1]", "The choice appears twice.", "Leave it out."}}},
		{"null choice", field(`"type": "char", "choices": [null]`), schema.Problems{{f + ".choices[0]", "Null is not a choice.", `Use "null": true.`}}},
		{"long choice", field(`"type": "char", "max_length": 1, "choices": ["ab"]`), schema.Problems{{f + ".choices[0]", "The text has 2 characters and max_length is 1.", ""}}},
		{"no choices", field(`"type": "char", "choices": []`), schema.Problems{{f + ".choices", "There are 0 choices; 1 to 2000 are allowed.", ""}}},

		// relations
		{"nowhere", field(`"type": "foreign_key"`), schema.Problems{{f, "The relation points nowhere.", `Add "to" with the name of a collection.`}}},
		{"unknown target", field(`"type": "foreign_key", "to": "auhtors"`), schema.Problems{{f + ".to", `There is no collection "auhtors".`, `Did you mean "authors"?`}}},
		{"set_null", field(`"type": "foreign_key", "to": "tags", "on_delete": "set_null", "related_name": "+"`), schema.Problems{{f + ".on_delete", "set_null needs a field that may be null.", `Add "null": true, or choose another on_delete.`}}},
		{"set_default", field(`"type": "foreign_key", "to": "tags", "on_delete": "set_default", "related_name": "+"`), schema.Problems{{f + ".on_delete", "set_default needs a default.", `Add "default", or choose another on_delete.`}}},
		{"on_delete", field(`"type": "foreign_key", "to": "tags", "on_delete": "CASCADE", "related_name": "+"`), schema.Problems{{f + ".on_delete", `"CASCADE" is not allowed here.`, `Did you mean "cascade"?`}}},
		{"same way back", field(`"type": "foreign_key", "to": "authors"`), schema.Problems{{f, `The way back from authors is named "articles", as is that of articles.author.`, `Add "related_name", or "+" for none.`}}},
		{"way back like a field", field(`"type": "foreign_key", "to": "tags", "related_name": "name"`), schema.Problems{{f + ".related_name", `The way back is named "name", as is a field of tags.`, `Choose another "related_name", or "+" for none.`}}},
		{"way back's name", field(`"type": "foreign_key", "to": "tags", "related_name": "a b"`), schema.Problems{{f + ".related_name", `"a b" is not a name: small letters, digits and _, beginning with a letter.`, `Write "a_b".`}}},
		{"through", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "through": "taggings"`), schema.Problems{{f + ".through", `There is no collection "taggings".`, ""}}},
		{"through without keys", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "through": "authors"`), schema.Problems{{f + ".through", "authors has no foreign key to articles.", ""}, {f + ".through", "authors has no foreign key to tags.", ""}}},
		{"through_fields alone", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "through_fields": ["a", "b"]`), schema.Problems{{f + ".through_fields", "There are through_fields but no through.", `Add "through".`}}},
		{"through_fields", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "through": "authors", "through_fields": ["a"]`), schema.Problems{{f + ".through_fields", "These are two names: the foreign key to articles and the one to tags.", ""}}},
		{"through_fields that are none", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "through": "authors", "through_fields": ["name", "user"]`), schema.Problems{{f + ".through_fields", "authors.name is not a foreign key to articles.", ""}, {f + ".through_fields", "authors.user is not a foreign key to tags.", ""}}},
		{"through with table", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "through": "authors", "table": "x"`), schema.Problems{{f + ".table", "The through collection has its own table and columns.", "Leave it out."}, {f + ".through", "authors has no foreign key to articles.", ""}, {f + ".through", "authors has no foreign key to tags.", ""}}},
		{"one end", in("collection", `"pairs": {"fields": {"a": {"type": "foreign_key", "to": "pairs", "related_name": "+"}, "m": {"type": "many_to_many", "to": "self", "through": "pairs"}}}`),
			schema.Problems{{"collections.pairs.fields.m.through", "pairs.a cannot be both ends of the relation.", "It needs two foreign keys."}}},
		{"several keys", in("collection", `"links": {"fields": {"a": {"type": "foreign_key", "to": "tags", "related_name": "+"}, "b": {"type": "foreign_key", "to": "tags", "related_name": "+"}, "c": {"type": "foreign_key", "to": "boxes", "related_name": "+"}}}, "boxes": {"fields": {"m": {"type": "many_to_many", "to": "tags", "through": "links"}}}`),
			schema.Problems{{"collections.boxes.fields.m.through", "links has several foreign keys to tags.", `Add "through_fields".`}}},
		{"columns of pairs", field(`"type": "many_to_many", "to": "tags", "related_name": "+", "from_column": "a", "to_column": "a"`), schema.Problems{{f, `Both columns of the pairs are named "a".`, `Set "from_column" and "to_column".`}}},

		// collections
		{"display", in("article", `"display": "titel"`), schema.Problems{{a + ".display", `articles has no field "titel".`, `Did you mean "title"?`}}},
		{"display of a relation", in("article", `"display": "author"`), schema.Problems{{a + ".display", `"author" is a relation.`, `Go on to a field of authors: "author.id", for instance.`}}},
		{"secret display", in("article", `"display": "key2"`), schema.Problems{{a + ".display", `"key2" is secret.`, "Choose another field."}}},
		{"ordering", in("article", `"ordering": ["-viws"]`), schema.Problems{{a + ".ordering[0]", `articles has no field "viws".`, `Did you mean "views"?`}}},
		{"ordering by many", in("article", `"ordering": ["tags.name"]`), schema.Problems{{a + ".ordering[0]", `"tags.name" leads to several records; only foreign keys and a field may follow each other here.`, ""}}},
		{"ordering by json", in("article", `"ordering": ["meta"]`), schema.Problems{{a + ".ordering[0]", `"meta" is of type json, which has no order.`, "Leave it out."}}},
		{"ordering by a secret", in("article", `"ordering": ["key2"]`), schema.Problems{{a + ".ordering[0]", `"key2" is secret.`, "Leave it out."}}},
		{"ordering twice", in("article", `"ordering": ["title", "-title"]`), schema.Problems{{a + ".ordering[1]", `"title" appears twice.`, "Leave it out."}}},
		{"unique_together", in("article", `"unique_together": [["title", "autor"]]`), schema.Problems{{a + ".unique_together[0][1]", `articles has no field "autor".`, `Did you mean "author"?`}}},
		{"flat unique_together", in("article", `"unique_together": ["title", "author"]`), schema.Problems{{a + ".unique_together[0]", "This must be a list of field names.", `Write [["author", "title"]].`}, {a + ".unique_together[1]", "This must be a list of field names.", `Write [["author", "title"]].`}}},
		{"set of one", in("article", `"unique_together": [["title"]]`), schema.Problems{{a + ".unique_together[0]", "A set of fields has at least two.", `Use "unique" on the field.`}}},
		{"same set", in("article", `"unique_together": [["title", "author"], ["title", "author"]]`), schema.Problems{{a + ".unique_together[1]", "The same set appears twice.", "Leave it out."}}},
		{"set of many", in("article", `"unique_together": [["title", "tags"]]`), schema.Problems{{a + ".unique_together[0][1]", `"tags" has no column.`, "Leave it out."}}},
		{"field twice", in("article", `"unique_together": [["title", "views", "title"]]`), schema.Problems{{a + ".unique_together[0][2]", `"title" appears twice.`, "Leave it out."}}},
		{"index over json", in("article", `"indexes": [["title", "meta"]]`), schema.Problems{{a + ".indexes[0][1]", `"meta" is of type json, which has no order.`, "Leave it out."}}},
		{"index over nothing", in("article", `"indexes": [[]]`), schema.Problems{{a + ".indexes[0]", "The index has no fields.", `Write ["author", "-created_at"].`}}},
		{"index name", in("article", `"indexes": [{"fields": ["title"], "name": "a b"}]`), schema.Problems{{a + ".indexes[0]", `"a b" is no name of an index.`, ""}}},
		{"same index", in("article", `"indexes": [["title"], ["title"]]`), schema.Problems{{a + ".indexes", `The name "articles_title_idx" of the index is taken by an index of articles.`, "Choose another name."}}},
		{"index like a table", in("article", `"indexes": [{"fields": ["title"], "name": "tags"}]`), schema.Problems{{a + ".indexes", `The name "tags" of the index is taken by the table of tags.`, "Choose another name."}}},
		{"check without expression", in("article", `"checks": [{"message": "No."}]`), schema.Problems{{a + ".checks[0]", "The check has no expression.", `Add "expr".`}}},
		{"check of a field", in("article", `"checks": [{"expr": "true", "field": "tilte"}]`), schema.Problems{{a + ".checks[0].field", `articles has no field "tilte".`, `Did you mean "title"?`}}},

		// users
		{"built-in field", in("collection", `"users": {"fields": {"email": {"type": "email"}}}`), schema.Problems{{c + ".users.fields.email", "users.email is built in.", "Choose another name."}}},
		{"fixed key", in("collection", `"users": {"table": "auth_user"}`), schema.Problems{{c + ".users.table", `"table" cannot be said of the built-in users collection.`, "Leave it out: it is fixed."}}},

		// resources
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

		// filters
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

		// settings and roles
		{"rate", in("settings", `"throttle_rates": {"anon": "often"}`), schema.Problems{{"settings.throttle_rates.anon", `"often" is not a rate: a number, /, and second, minute, hour or day.`, `Write it like "3/min".`}}},
		{"origin", in("settings", `"cors": {"allowed_origins": ["app.example.com"]}`), schema.Problems{{"settings.cors.allowed_origins[0]", `"app.example.com" is not an origin.`, `Write it like "https://app.example.com".`}}},
		{"any origin", in("settings", `"cors": {"allowed_origins": ["*"], "allow_credentials": true}`), schema.Problems{{"settings.cors.allowed_origins[0]", `"*" and allow_credentials together would let any site act for a user.`, "Name the origins."}}},
		{"lifetimes", in("settings", `"accounts": {"access_lifetime": 900, "refresh_lifetime": 100}`), schema.Problems{{"settings.accounts.refresh_lifetime", "refresh_lifetime is shorter than access_lifetime.", ""}}},
		{"role of accounts", in("settings", `"accounts": {"registration_roles": ["membrs"]}`), schema.Problems{{"settings.accounts.registration_roles[0]", `There is no role "membrs".`, ""}}},
		{"word twice", in("settings", `"authentication": ["jwt", "jwt"]`), schema.Problems{{"settings.authentication[1]", `"jwt" appears twice.`, ""}}},
		{"role's name", in("root", `"roles": {"Editors": {}}`), schema.Problems{{"roles.Editors", `"Editors" is not a name: small letters, digits and _, beginning with a letter.`, `Write "editors".`}}},
		{"grant on nothing", in("root", `"roles": {"editors": {"artcles": true}}`), schema.Problems{{"roles.editors.artcles", `There is no collection "artcles".`, `Did you mean "articles"?`}}},
		{"grant", in("root", `"roles": {"editors": {"articles": {"view": 1}}}`), schema.Problems{{"roles.editors.articles.view", "This must be true, false or an expression, not a number.", ""}}},
		{"unknown action", in("root", `"roles": {"editors": {"articles": {"delet": true}}}`), schema.Problems{{"roles.editors.articles.delet", `Unknown key "delet".`, `Did you mean "delete"?`}}},

		// what follows from another mistake is not reported again
		{"no echo of a broken field", strings.Replace(in("field", `"x": {"type": "chr"}, "y": {"type": "foreign_key", "to": "nobody"}`), `"tags": {}`,
			`"x": {"collection": "articles", "fields": ["x", "y", {"name": "z", "source": "y.name"}], "filters": ["x", "y__name"], "ordering": ["x"]}`, 1),
			schema.Problems{{f + ".type", `Unknown type "chr".`, `Did you mean "char"?`}, {"collections.articles.fields.y.to", `There is no collection "nobody".`, ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := schema.Parse([]byte(tt.doc))
			if problems == nil {
				problems = schema.Problems{}
			}
			if diff := cmp.Diff(tt.want, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// nest returns a serializer field with author and user nested into each other n times.
func nest(n int) string {
	if n == 0 {
		return `"id"`
	}
	inner := nest(n - 1)
	name := "author"
	if n%2 == 0 {
		name = "articles"
	}
	return fmt.Sprintf(`{"name": %q, "nested": {"name": "N%d", "fields": [%s]}}`, name, n, inner)
}
