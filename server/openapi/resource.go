package openapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// component registers a serializer and returns its name; patched is the form that PATCH reads.
func (b *builder) component(s *schema.Serializer, patched bool) string {
	key := componentKey{s, patched}
	if name, there := b.components[key]; there {
		return name
	}
	name := s.Name
	if patched {
		name = "Patched" + name
	}
	for base, n := name, 2; b.schemas[name] != nil; n++ {
		name = base + string(rune('0'+n%10)) // another serializer of that name
	}
	b.components[key] = name
	o := &Object{}
	b.schemas[name] = o // a place, for serializers that hold themselves
	*o = *b.serializer(s, patched)
	return name
}

func (b *builder) serializer(s *schema.Serializer, patched bool) *Object {
	o := object("type", "object")
	if s.Description != "" {
		o.Set("description", s.Description)
	}
	props, required := &Object{}, []string{}
	for _, f := range s.Fields {
		p, needed := b.property(s, f)
		props.Set(f.Name, p)
		if needed {
			required = append(required, f.Name)
		}
	}
	if len(props.members) > 0 {
		o.Set("properties", props)
	}
	if len(required) > 0 && !patched {
		o.Set("required", sortedList(required))
	}
	return o
}

// resourceRoutes are DRF's routes of a viewset.
func (b *builder) resourceRoutes(r *schema.Resource) []route {
	lists := "/api/" + r.Name + "/"
	details := lists + "{" + r.Lookup.Name + "}/"
	all := []struct{ method, path, action string }{
		{http.MethodGet, lists, "list"}, {http.MethodPost, lists, "create"}, {http.MethodGet, details, "retrieve"},
		{http.MethodPut, details, "update"}, {http.MethodPatch, details, "partial_update"},
		{http.MethodDelete, details, "destroy"},
	}
	var out []route
	for _, x := range all {
		if r.ReadOnly && x.method != http.MethodGet {
			continue
		}
		out = append(out, route{x.method, x.path, func() *Object {
			var params []any
			switch {
			case x.action == "list":
				params = parameters(r)
			case x.path == details:
				params = []any{lookupParameterOf(r)}
			}
			return b.operation(r, x.method, x.path, x.action, params)
		}})
	}
	return out
}

// nestedRoutes are those of a relation below a record.
func (b *builder) nestedRoutes(n Nested) []route {
	path := "/api/" + n.Parent.Name + "/{" + n.Parent.Lookup.Name + "}/" + n.Name + "/"
	out := []route{{http.MethodGet, path, func() *Object {
		params := append([]any{lookupParameterOf(n.Parent)}, parameters(n.Child)...)
		slices.SortStableFunc(params, func(x, y any) int {
			return strings.Compare(x.(*Object).Get("name").(string), y.(*Object).Get("name").(string))
		})
		return b.operation(n.Child, http.MethodGet, path, "list", params)
	}}}
	if n.Create {
		out = append(out, route{http.MethodPost, path, func() *Object {
			return b.operation(n.Child, http.MethodPost, path, "create", []any{lookupParameterOf(n.Parent)})
		}})
	}
	return out
}

func (b *builder) operation(r *schema.Resource, method, path, action string, params []any) *Object {
	o := object("operationId", b.idOf(path, action))
	if r.Description != "" {
		o.Set("description", r.Description)
	}
	if len(params) > 0 {
		o.Set("parameters", params)
	}
	o.Set("tags", []any{b.tag(path)})
	if method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch {
		o.Set("requestBody", b.requestBody(r, action))
	}
	if s := b.resourceSecurity(r, method); len(s) > 0 {
		o.Set("security", s)
	}
	return o.Set("responses", b.responses(r, action))
}

func (b *builder) requestBody(r *schema.Resource, action string) *Object {
	name := b.component(r.Serializer, action == "partial_update")
	o := object("content", media(b.consumes, ref(name)))
	if b.needsBody(name) {
		o.Set("required", true)
	}
	return o
}

// needsBody reports whether the component requires anything that a client can write.
func (b *builder) needsBody(name string) bool {
	props, _ := b.schemas[name].Get("properties").(*Object)
	required, _ := b.schemas[name].Get("required").([]any)
	for _, field := range required {
		if p, ok := props.Get(field.(string)).(*Object); ok && p.Get("readOnly") != true {
			return true
		}
	}
	return false
}

func (b *builder) resourceSecurity(r *schema.Resource, method string) []any {
	out := b.requirements(orDefault(r.Authentication, b.security))
	policy := either(r.Permission, b.settings.Permission)
	if policy == schema.PolicyAllowAny || policy == schema.PolicyAuthenticatedOrReadOnly && method == http.MethodGet {
		out = append(out, &Object{})
	}
	return out
}

func (b *builder) responses(r *schema.Resource, action string) *Object {
	if action == "destroy" {
		return object("204", object("description", "No response body"))
	}
	status, name := "200", b.component(r.Serializer, false)
	s := ref(name)
	switch action {
	case "create":
		status = "201"
	case "list":
		s = list(s)
		if r.Pagination.Style != schema.NoPages {
			page := "Paginated" + name + "List"
			register(b.schemas, page, pageSchema(r.Pagination.Style, s))
			s = ref(page)
		}
	}
	return object(status, object("content", media([]string{"application/json"}, s), "description", ""))
}

// pageSchema is a page of a list in DRF's three styles, with DRF's examples.
func pageSchema(style schema.PaginationStyle, results *Object) *Object {
	const base = "http://api.example.org/accounts/?"
	link := func(query string) *Object {
		return object("type", "string", "nullable", true, "format", "uri", "example", base+query)
	}
	required, props := []any{"count", "results"}, object("count", object("type", "integer", "example", 123))
	switch style {
	case schema.Cursor:
		required, props = []any{"results"}, &Object{}
		props.Set("next", link(`cursor=cD00ODY%3D"`)).Set("previous", link("cursor=cj0xJnA9NDg3"))
	case schema.LimitOffset:
		props.Set("next", link("offset=400&limit=100")).Set("previous", link("offset=200&limit=100"))
	default:
		props.Set("next", link("page=4")).Set("previous", link("page=2"))
	}
	return object("type", "object", "required", required, "properties", props.Set("results", results))
}

// lookupParameterOf is the parameter in the path of a record.
func lookupParameterOf(r *schema.Resource) *Object {
	f := r.Lookup
	s := column(f, f.Primary)
	s.Take(enumMark)
	description, _ := s.Take("description").(string)
	description = either(f.Help, description)
	if description == "" && f.Primary {
		kind := "unique value"
		switch {
		case f.Type.Kind == value.UUID:
			kind = "UUID string"
		case f.Auto:
			kind = "unique integer value"
		}
		description = "A " + kind + " identifying this " + strings.ToLower(r.Collection.Label) + "."
	}
	o := object("in", "path", "name", f.Name, "schema", s)
	if description != "" {
		o.Set("description", description)
	}
	return o.Set("required", true)
}
