// Package schema holds the schema document: its types, its validation, and its difference to another one.
//
// Document is what is written in schema.json, order kept; Schema is the same with every name resolved, which is what
// the rest of Couplet works with. Validation reports every mistake at once, each with its path and a suggestion.
// The package is pure: it reads no file and no database. It may import store/value only (and store/expr never:
// expressions are kept as text here and checked by store/access).
package schema
