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

// problemTest is a document and all that is wrong with it.
type problemTest struct {
	name, doc string
	want      schema.Problems
}

// Places that the tables below name.
const (
	f = "collections.articles.fields.x"
	a = "collections.articles"
	c = "collections"
	r = "resources"
)

func field(options string) string { return in("field", `"x": {`+options+`}`) }

func resource(options string) string {
	return in("resource", `"x": {"collection": "articles", `+options+`}`)
}

func TestProblems(t *testing.T) {
	for group, tests := range map[string][]problemTest{
		"JSON":                      jsonProblems,
		"keys and types of values":  keyProblems,
		"names":                     nameProblems,
		"fields":                    fieldProblems,
		"defaults, bounds, choices": valueProblems,
		"relations":                 relationProblems,
		"collections":               collectionProblems,
		"users":                     usersProblems,
		"resources":                 resourceProblems,
		"filters":                   filterProblems,
		"settings and roles":        settingsProblems,
		"what follows from another mistake is not reported again": echoProblems,
	} {
		for _, tt := range tests {
			t.Run(group+"/"+tt.name, func(t *testing.T) {
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

var jsonProblems = []problemTest{
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
}

var keyProblems = []problemTest{
	{"unknown key", in("root", `"colections": {}`), schema.Problems{{"colections", `Unknown key "colections".`, `Did you mean "collections"?`}}},
	{"unknown key, alias", field(`"type": "char", "nullable": true`), schema.Problems{{f + ".nullable", `Unknown key "nullable".`, `Did you mean "null"?`}}},
	{"required", field(`"type": "char", "required": true`), schema.Problems{{f + ".required", `Unknown key "required".`, `A field is required unless it has "blank", "null" or "default".`}}},
	{"wrong type", field(`"type": "char", "null": "yes"`), schema.Problems{{f + ".null", "This must be a boolean, not a string.", ""}}},
	{"no number", field(`"type": "char", "max_length": 1.5`), schema.Problems{{f + ".max_length", "This must be a whole number from 1 to 1073741824, not 1.5.", ""}}},
}

var nameProblems = []problemTest{
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
}

var fieldProblems = []problemTest{
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
}

var valueProblems = []problemTest{
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
}
