package api

import (
	"errors"
	"io"
	"slices"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store"
)

// View is one address of the API: its methods, who may use them, and what they do (DRF: APIView).
type View struct {
	Name           string // as OPTIONS and the browsable API show it: "Article List"
	Description    string
	Methods        []string                   // allowed, in the order of the Allow header
	Authentication []string                   // classes in order; nil: the project's default
	Renderers      []rest.Renderer            // nil: json and html
	Parsers        []string                   // as OPTIONS names them; nil: rest.ParserTypes
	Throttle       string                     // scope
	Kept           bool                       // answers to GET and OPTIONS may be given again while what they were made of is the same
	Permission     func(*Call) *rest.APIError // nil: anybody
	Handle         func(*Call) (*Answer, error)
	Metadata       func(*Call, *rest.ViewInfo) error // adds to OPTIONS what the caller may write; nil: nothing
	File           func(*rest.Params) bool           // whether a file is wanted: then Accept and ?format= do not count; nil: never
	Explain        func(*Call) (*Answer, error)      // answers a superuser's ?explain=1; nil: there is nothing to explain
	resource       *resource                         // for the browsable API's forms; nil outside resources
	kind           string                            // of a view of a resource, as a text with a place for its name: "%s List"
	detail         bool
	route          string  // its address, without keys, for metrics
	nested         *nested // of a list below a record
}

// shown are the view's name and description in a language. What is the project's of them stays.
func (v *View) shown(l words.Language) (name, description string) {
	if v.resource != nil {
		return l.Text(v.kind, v.resource.def.ViewName), v.Description
	}
	return l.Text(v.Name), l.Text(v.Description)
}

// Answer is what a handler returns: a status and a JSON body, or nothing.
type Answer struct {
	Status  int
	Body    []byte
	Type    string // "": JSON, rendered as negotiated; otherwise Body goes out as it is
	Headers [][2]string
	Stream  io.Reader // in the place of Body, with its size, -1 where that is not known; closed if it is an io.Closer
	Size    int

	whole [][2][]byte // of an answer that is kept: all headers, those of the view included, as they go over the wire
}

// Serve returns the handler of a view on a fixed route.
func (a *API) Serve(v *View) func(fiber.Ctx) error {
	var serve func(fiber.Ctx) error
	serve = func(c fiber.Ctx) error { return a.newCall(c, v).run(serve) }
	return serve
}

// run takes a request through DRF's order of checks (APIView.dispatch) and answers it. A request that only reads begins
// anew where the schema changed under it.
func (c *Call) run(anew func(fiber.Ctx) error) error {
	c.fiber.RequestCtx().SetUserValue(callValue, c)
	answer, err := c.dispatch()
	if c.claims != nil {
		c.claims.settle()
	}
	if errors.Is(err, store.ErrSchemaChanged) && (c.Method == "GET" || c.Method == "HEAD" || c.Method == "OPTIONS") {
		return anew(c.fiber)
	}
	if err != nil {
		answer = c.failure(err)
	}
	return c.send(answer)
}

func (c *Call) dispatch() (*Answer, error) {
	if err := c.negotiate(); err != nil {
		return nil, err
	}
	if err := c.authenticate(); err != nil {
		return nil, err
	}
	if c.View.Explain != nil && c.asksExplanation() {
		return c.View.Explain(c)
	}
	if c.View.Permission != nil {
		if err := c.View.Permission(c); err != nil {
			return nil, err
		}
	}
	if err := c.throttle(); err != nil {
		return nil, err
	}
	method := c.Method
	if method == "HEAD" {
		method = "GET"
	}
	if method == "OPTIONS" {
		return c.kept(method, (*Call).options)
	}
	if !slices.Contains(c.View.Methods, method) {
		return nil, rest.MethodNotAllowed(c.Method)
	}
	if method != "GET" {
		return c.View.Handle(c)
	}
	answer, err := c.kept(method, c.View.Handle)
	if err != nil {
		return nil, err
	}
	return c.conditional(answer), nil
}
