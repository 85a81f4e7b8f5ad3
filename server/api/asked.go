package api

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"
)

// Asked is what a request was for, once it has been answered.
type Asked struct {
	Path  string // as it was sent, but for addresses that hold secrets: then it is the route
	Query string
	User  string // name of the user, "" for nobody
	Error string // why the answer is a 5xx
}

// callValue is the user value of a request that a View answers.
const callValue = "couplet.call"

// problemValue is the user value of a request whose answer is a 5xx: why.
const problemValue = "couplet.problem"

// noRoute stands for routes and methods that there are not.
const noRoute = "other"

// RouteOf returns the method and the address of a request that has been answered, without its keys:
// /api/articles/{id}/. What clients make up is "other". It allocates nothing.
func RouteOf(c fiber.Ctx) (method, route string) {
	route = c.Route().Path
	if call, ok := c.RequestCtx().UserValue(callValue).(*Call); ok {
		route = call.View.route
	}
	switch route {
	case "", prefix + "*", systemPrefix + "records/*":
		route = noRoute
	case "/": // of the root, and of what no other route has taken
		if len(c.Request().URI().PathOriginal()) > 1 {
			route = noRoute
		}
	}
	if method = methodOf(c); !slices.Contains(fiber.DefaultMethods, method) {
		method = noRoute
	}
	return method, route
}

// AskedOf returns what a request to a route was for.
func AskedOf(c fiber.Ctx, route string) Asked {
	uri := c.Request().URI()
	a := Asked{Path: string(uri.PathOriginal()), Query: string(uri.QueryString())}
	if call, ok := c.RequestCtx().UserValue(callValue).(*Call); ok && call.User != nil {
		a.User = call.User.Username
	}
	a.Error, _ = c.RequestCtx().UserValue(problemValue).(string)
	if strings.Contains(route, ":") { // keys of mails and of log-ins
		a.Path = route
	}
	return a
}

// RequireSuperuser refuses a request that no superuser sends, with all rights of theirs.
func (a *API) RequireSuperuser(c fiber.Ctx) error {
	call := a.newCall(c, &View{Authentication: systemClasses})
	if err := call.authenticate(); err != nil {
		return err
	}
	if call.User == nil || !call.User.Superuser || call.Scope.Narrowed() {
		return call.denied()
	}
	return nil
}
