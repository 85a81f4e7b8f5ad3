// Package browse renders the browsable API: any answer of the API as a page with links, filters, pages and forms to
// send requests from, the log-in page, and the two viewers of the OpenAPI document (Swagger UI and Redoc).
//
// It is given plain data and knows no route but that of its own assets. Pages work without scripts as far as reading
// goes; requests other than GET are sent by one script of ours. Nothing is loaded from another host, and nothing is
// inline, so the policy in CSP holds as it is. What its templates say themselves is said in
// the reader's language.
package browse
