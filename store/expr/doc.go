// Package expr is the expression language of rules, list filters, checks and validations: a subset of CEL's syntax
// over the fields of a collection. docs/expressions.md is its reference.
//
// An expression is parsed once (lexer, Pratt parser: Node), checked against the schema (errors name the position) and
// kept as a typed tree. Three consumers read that tree and must agree, which a differential test holds them to: SQL
// for both engines (WriteSQL), the evaluator over one record in memory (Eval) and the explainer (Explain). All three
// compute with SQL's three truth values. What user, request, now and variables decide is decided before SQL is written,
// and values travel as arguments only. The package reads no database; it may import store/sqlb, store/schema and
// store/value.
package expr
