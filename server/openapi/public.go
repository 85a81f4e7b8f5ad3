package openapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/schema"
)

// Info heads a document.
type Info struct{ Title, Version, Description string }

// Nested is a route below a record that lists the records of a relation that points to it:
// /api/articles/{id}/comments/ has the parent articles, the name "comments" and the child resource comments.
type Nested struct {
	Parent *schema.Resource
	Name   string
	Child  *schema.Resource
	Create bool // POST adds a record to the relation
}

// Options are what a public document holds beside the resources of its schema.
type Options struct {
	Operations []Operation
	Nested     []Nested
}

// Public describes the public API of s in the given version.
func Public(s *schema.Schema, opt Options, v Version) *Document {
	b := newBuilder("/api/")
	b.settings = s.Settings
	b.security = s.Settings.Authentication
	b.consumes = []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
	routes := b.declaredRoutes(opt.Operations)
	for _, r := range s.Resources {
		routes = append(routes, b.resourceRoutes(r)...)
	}
	for _, n := range opt.Nested {
		routes = append(routes, b.nestedRoutes(n)...)
	}
	return b.document(Info{s.Settings.Title, s.Settings.Version, s.Settings.Description}, routes, v)
}

// System describes a table of operations: the system API. Paths below prefix ("/api/_/") give tags and ids.
func System(info Info, prefix string, security []string, ops []Operation, v Version) *Document {
	b := newBuilder(prefix)
	b.security = security
	b.consumes = []string{"application/json"}
	return b.document(info, b.declaredRoutes(ops), v)
}

// builder gathers the components of one document.
type builder struct {
	prefix      string
	settings    schema.Settings
	security    []string
	consumes    []string
	schemas     map[string]*Object
	components  map[componentKey]string
	reflectedAs map[string]reflect.Type
	schemes     map[string]*Object
}

type componentKey struct {
	serializer *schema.Serializer
	patched    bool
}

func newBuilder(prefix string) *builder {
	return &builder{
		prefix: prefix, schemas: map[string]*Object{}, components: map[componentKey]string{},
		reflectedAs: map[string]reflect.Type{}, schemes: map[string]*Object{},
	}
}

// route is a path and method with what describes it, made when its turn has come: drf-spectacular registers
// components in the order of the sorted routes.
type route struct {
	method, path string
	describe     func() *Object
}

func (b *builder) declaredRoutes(ops []Operation) []route {
	var out []route
	for _, op := range ops {
		out = append(out, route{op.Method, op.Path, func() *Object { return b.declared(op) }})
	}
	return out
}

func (b *builder) document(info Info, routes []route, v Version) *Document {
	slices.SortStableFunc(routes, func(x, y route) int {
		if c := strings.Compare(pathOrder(x.path), pathOrder(y.path)); c != 0 {
			return c
		}
		return methodOrder(x.method) - methodOrder(y.method)
	})
	paths, ids := &Object{}, map[string]int{}
	for _, r := range routes {
		at, _ := paths.Get(r.path).(*Object)
		if at == nil {
			at = &Object{}
			paths.Set(r.path, at)
		}
		op := r.describe()
		id := op.Get("operationId").(string)
		if ids[id]++; ids[id] > 1 {
			op.Set("operationId", id+"_"+strconv.Itoa(ids[id]))
		}
		at.Set(strings.ToLower(r.method), op)
	}
	shareEnums(b.schemas)
	head := object("title", info.Title, "version", info.Version)
	if info.Description != "" {
		head.Set("description", info.Description)
	}
	root := object("openapi", string(v), "info", head, "paths", paths, "components", b.sorted())
	if v == V31 {
		upgrade(root)
	}
	return newDocument(root)
}

// sorted returns the components by type and name.
func (b *builder) sorted() *Object {
	out := &Object{}
	for _, group := range []struct {
		name string
		of   map[string]*Object
	}{{"schemas", b.schemas}, {"securitySchemes", b.schemes}} {
		if len(group.of) == 0 {
			continue
		}
		o := &Object{}
		for _, name := range sortedKeys(group.of) {
			o.Set(name, group.of[name])
		}
		out.Set(group.name, o)
	}
	return out
}

func sortedKeys(m map[string]*Object) []string { return slices.Sorted(maps.Keys(m)) }

// pathOrder sorts x/{id}/ after x/ and before x/y/: drf-spectacular's alpha_operation_sorter.
func pathOrder(path string) string {
	if p, ok := strings.CutSuffix(path, "/"); ok {
		path = p + " "
	}
	return strings.ReplaceAll(path, "{", "!")
}

func methodOrder(m string) int {
	if i := slices.Index([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, m); i >= 0 {
		return i
	}
	return 5
}

// idOf joins the parts of the path that are no parameters, and the action.
func (b *builder) idOf(path, action string) string {
	parts := b.tokens(path)
	if len(parts) == 0 {
		parts = []string{"root"}
	}
	return strings.NewReplacer("-", "_", ".", "_").Replace(strings.Join(append(parts, action), "_"))
}

func (b *builder) tag(path string) string {
	if parts := b.tokens(path); len(parts) > 0 {
		return parts[0]
	}
	return "root"
}

func (b *builder) tokens(path string) []string {
	path = strings.TrimPrefix(path, strings.TrimSuffix(b.prefix, "/"))
	var out []string
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && !strings.HasPrefix(part, "{") {
			out = append(out, part)
		}
	}
	return out
}

// requirements lists security schemes by the names of authentication classes and registers their definitions.
func (b *builder) requirements(classes []string) []any {
	var out []any
	for _, class := range classes {
		s, known := securitySchemes[class]
		if !known {
			continue
		}
		b.schemes[s.name] = object(s.definition...)
		out = append(out, object(s.name, []any{}))
	}
	return out
}

var securitySchemes = map[string]struct {
	name       string
	definition []any
}{
	"jwt":     {"jwtAuth", []any{"type", "http", "scheme", "bearer", "bearerFormat", "JWT"}},
	"session": {"cookieAuth", []any{"type", "apiKey", "in", "cookie", "name", "sessionid"}},
	"basic":   {"basicAuth", []any{"type", "http", "scheme", "basic"}},
	"token": {"tokenAuth", []any{"type", "apiKey", "in", "header", "name", "Authorization",
		"description", `Token-based authentication with required prefix "Token"`}},
	"api_key": {"apiKeyAuth", []any{"type", "apiKey", "in", "header", "name", "Authorization",
		"description", `API key with required prefix "Api-Key"`}},
}
