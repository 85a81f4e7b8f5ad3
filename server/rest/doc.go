// Package rest speaks Django REST Framework: it reads request bodies and negotiates answers, binds input to typed
// values with DRF's coercions, order of checks and messages, renders rows straight to bytes, and turns filters, search,
// ordering and pages into queries. It knows nothing of any HTTP framework: callers hand in methods, headers and bytes.
//
// A Serializer is compiled once per schema from a schema.Serializer; its render program reads query.Rows, its bind
// program fills a store.Input or an Errors tree. It may import store and what lies below it.
package rest
