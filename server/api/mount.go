package api

import (
	"maps"
	"regexp"
	"slices"

	"github.com/gofiber/fiber/v3"
)

// Mount adds every route of the API: the fixed ones, then what the schema declares.
func (a *API) Mount(r fiber.Router) {
	a.mountAccounts(r)
	a.mountDocuments(r)
	a.mountSystem(r)
	r.All("/api", func(c fiber.Ctx) error { return appendSlash(c, "/api") })
	r.All(prefix+"*", a.Resources)
}

// MountLive puts what serves live updates on its path.
func (a *API) MountLive(r fiber.Router, serve fiber.Handler) {
	a.fixed[prefix+"live/"] = &View{}
	r.All(prefix+"live/", serve)
}

// mount puts a view on a fixed path, which ends with a slash and may have parameters: {name}, or :name.
func (a *API) mount(r fiber.Router, path string, v *View) {
	a.fixed[path], v.route = v, path
	r.All(braces.ReplaceAllString(path, ":$1"), a.Serve(v))
}

// braces are parameters of a path as OpenAPI writes them.
var braces = regexp.MustCompile(`\{(\w+)\}`)

// known reports whether a fixed route has this path.
func (a *API) known(path string) bool { return a.fixed[path] != nil }

// Paths lists the fixed routes.
func (a *API) Paths() []string { return slices.Sorted(maps.Keys(a.fixed)) }
