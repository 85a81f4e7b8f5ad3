// Package openapi says in other languages what a schema's API takes and gives: in TypeScript, and in OpenAPI documents:
// of the public API from the schema, as drf-spectacular 0.30 would for the same Django project, and of any table of
// Operations, from the Go types that its handlers read and write.
//
// Clients are generated from these documents, so component names, operation ids and enum names follow drf-spectacular
// to the letter. A document is built as 3.0.3 and turned into 3.1 where that is asked for. The package is pure: it
// imports store/schema and store/value only, and its bytes depend on its arguments alone, so they can be kept.
package openapi
