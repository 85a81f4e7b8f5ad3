package schema_test

import "github.com/couplet/couplet/store/schema"

var relationProblems = []problemTest{
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
}

var collectionProblems = []problemTest{
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
	{"index over no field", in("article", `"indexes": [["titel"]]`), schema.Problems{{a + ".indexes[0][0]", `articles has no field "titel".`, `Did you mean "title"?`}}},
	{"index name", in("article", `"indexes": [{"fields": ["title"], "name": "a b"}]`), schema.Problems{{a + ".indexes[0]", `"a b" is no name of an index.`, ""}}},
	{"same index", in("article", `"indexes": [["title"], ["title"]]`), schema.Problems{{a + ".indexes", `The name "articles_title_idx" of the index is taken by an index of articles.`, "Choose another name."}}},
	{"index like a table", in("article", `"indexes": [{"fields": ["title"], "name": "tags"}]`), schema.Problems{{a + ".indexes", `The name "tags" of the index is taken by the table of tags.`, "Choose another name."}}},
	{"check without expression", in("article", `"checks": [{"message": "No."}]`), schema.Problems{{a + ".checks[0]", "The check has no expression.", `Add "expr".`}}},
	{"check of a field", in("article", `"checks": [{"expr": "true", "field": "tilte"}]`), schema.Problems{{a + ".checks[0].field", `articles has no field "tilte".`, `Did you mean "title"?`}}},
}

var usersProblems = []problemTest{
	{"built-in field", in("collection", `"users": {"fields": {"email": {"type": "email"}}}`), schema.Problems{{c + ".users.fields.email", "users.email is built in.", "Choose another name."}}},
	{"fixed key", in("collection", `"users": {"table": "auth_user"}`), schema.Problems{{c + ".users.table", `"table" cannot be said of the built-in users collection.`, "Leave it out: it is fixed."}}},
}
