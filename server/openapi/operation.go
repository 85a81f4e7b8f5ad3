package openapi

import (
	"net/http"
	"strconv"
	"strings"
)

// Operation declares one route that no resource brings with it. Server code registers its handlers under the same
// values, so a route and its description cannot drift apart.
type Operation struct {
	Method      string
	Path        string // with {name} for parameters: "/api/_/changesets/{id}/revert/"
	ID          string // "" is derived from path and method, as drf-spectacular does
	Tag         string // "" is the first part of the path
	Summary     string
	Description string
	Parameters  []Parameter // beside those of the path, which are texts unless declared here
	Request     any         // a value of the Go type that is read; nil: no body
	Response    any         // a value of the Go type that is written; nil: no body
	Status      int         // of success; 0: 200, or 204 for a DELETE
	Consumes    []string    // media types of the request; empty: those of the document
	Produces    string      // media type of the answer; "": application/json
	Security    []string    // names of security schemes; nil: those of the document
	Open        bool        // needs no credentials: no security is listed
	Errors      []int       // statuses that answer with an Error
}

// Parameter is a parameter of the path or of the query.
type Parameter struct {
	Name, In, Type, Format, Description string // In: "query" where it is empty; Type: "string"
	Required                            bool
	Enum                                []string
}

// Key names the operation in lists and messages: "POST /api/token/".
func (op Operation) Key() string { return op.Method + " " + op.Path }

// PathNames returns the names of the parameters in the path, in order.
func (op Operation) PathNames() []string { return pathNames(op.Path) }

func pathNames(path string) []string {
	var out []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
			out = append(out, part[1:len(part)-1])
		}
	}
	return out
}

// Binary is the schema of a file, for Operation.Response.
func Binary() *Object { return object("type", "string", "format", "binary") }

// Error is the body of an answer that says what is wrong with a request as a whole.
type Error struct {
	Detail string `json:"detail"`
	Code   string `json:"code,omitempty"`
}

func (b *builder) declared(op Operation) *Object {
	o := object("operationId", either(op.ID, b.operationID(op)))
	if op.Description != "" {
		o.Set("description", op.Description)
	}
	if op.Summary != "" {
		o.Set("summary", op.Summary)
	}
	if params := b.declaredParameters(op); len(params) > 0 {
		o.Set("parameters", params)
	}
	o.Set("tags", []any{either(op.Tag, b.tag(op.Path))})
	if op.Request != nil {
		body := object("content", media(orDefault(op.Consumes, b.consumes), b.reflected(op.Request)))
		o.Set("requestBody", body.Set("required", true))
	}
	if s := b.requirements(orDefault(op.Security, b.security)); !op.Open && len(s) > 0 {
		o.Set("security", s)
	}
	return o.Set("responses", b.declaredResponses(op))
}

func (b *builder) operationID(op Operation) string {
	action := map[string]string{
		http.MethodGet: "retrieve", http.MethodPost: "create", http.MethodPut: "update",
		http.MethodPatch: "partial_update", http.MethodDelete: "destroy",
	}[op.Method]
	if op.Method == http.MethodGet && isSlice(op.Response) {
		action = "list"
	}
	return b.idOf(op.Path, either(action, strings.ToLower(op.Method)))
}

func (b *builder) declaredParameters(op Operation) []any {
	var out []any
	byName := map[string]Parameter{}
	for _, p := range op.Parameters {
		byName[p.Name] = p
	}
	for _, name := range op.PathNames() {
		p := byName[name]
		p.Name, p.In = name, "path"
		out = append(out, p.object())
	}
	for _, p := range op.Parameters {
		if p.In != "path" {
			out = append(out, p.object())
		}
	}
	return out
}

func (p Parameter) object() *Object {
	s := object("type", either(p.Type, "string"))
	if p.Format != "" {
		s.Set("format", p.Format)
	}
	if len(p.Enum) > 0 {
		values := make([]any, len(p.Enum))
		for i, v := range p.Enum {
			values[i] = v
		}
		s.Set("enum", values)
	}
	o := object("in", either(p.In, "query"), "name", p.Name, "schema", s)
	if p.Description != "" {
		o.Set("description", p.Description)
	}
	if p.Required || p.In == "path" {
		o.Set("required", true)
	}
	return o
}

func (b *builder) declaredResponses(op Operation) *Object {
	status := op.Status
	if status == 0 {
		status = http.StatusOK
		if op.Method == http.MethodDelete && op.Response == nil {
			status = http.StatusNoContent
		}
	}
	success := object("description", "No response body")
	if op.Response != nil {
		content := media([]string{either(op.Produces, "application/json")}, b.reflected(op.Response))
		success = object("content", content, "description", "")
	}
	out := object(strconv.Itoa(status), success)
	for _, e := range op.Errors {
		content := media([]string{"application/json"}, b.reflected(Error{}))
		out.Set(strconv.Itoa(e), object("content", content, "description", http.StatusText(e)))
	}
	return out
}

func media(types []string, s *Object) *Object {
	o := &Object{}
	for _, t := range types {
		o.Set(t, object("schema", s))
	}
	return o
}

func orDefault(a, b []string) []string {
	if len(a) > 0 {
		return a
	}
	return b
}
