package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
)

// systemPrefix is the path of Couplet's own API, which the admin and the command line use.
const systemPrefix = prefix + "_/"

// operation is one method of one route of the system API: what its OpenAPI document says of it and what it does.
type operation struct {
	openapi.Operation
	open   bool                     // needs no user
	super  bool                     // superusers only
	files  bool                     // takes or gives files: Accept and ?format= do not count
	handle func(*Call) (any, error) // the answer's body, as a Go value; an *Answer goes out as it is
}

// systemClasses are the ways to prove who one is at the system API.
var systemClasses = []string{"jwt", "session", "api_key", "basic"}

// mountSystem adds the system API's routes.
func (a *API) mountSystem(r fiber.Router) {
	views := map[string]*View{}
	var order []string
	for _, op := range a.operations() {
		v := views[op.Path]
		if v == nil {
			v = &View{Name: viewName(op.Path), Description: op.Summary, Authentication: systemClasses, Renderers: rest.Renderers[:1]}
			views[op.Path] = v
			order = append(order, op.Path)
		}
		v.add(op)
	}
	for _, path := range order {
		a.mount(r, path, views[path])
	}
	r.All(systemPrefix+"records/*", a.records)
}

// add gives a view one more method.
func (v *View) add(op operation) {
	before := v.Handle
	v.Methods = append(v.Methods, op.Method)
	if op.files {
		v.File = func(*rest.Params) bool { return true }
	}
	v.Handle = func(c *Call) (*Answer, error) {
		method := c.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if method != op.Method {
			return before(c)
		}
		return c.operate(op)
	}
}

func (c *Call) operate(op operation) (*Answer, error) {
	if !op.open && c.User == nil || op.super && !c.superuser() {
		return nil, c.denied()
	}
	if err := c.readPath(op.PathNames()); err != nil {
		return nil, err
	}
	out, err := op.handle(c)
	return c.answer(cmp.Or(op.Status, http.StatusOK), out, err)
}

// answer is what a handler has come to, as it goes out: with the status, unless it chose one itself.
func (c *Call) answer(status int, out any, err error) (*Answer, error) {
	if err != nil {
		return nil, err
	}
	if answer, ok := out.(*Answer); ok {
		return answer, nil
	}
	body, err := c.encode(out)
	if err != nil {
		return nil, err
	}
	return &Answer{Status: status, Body: body}, nil
}

// readPath reads the parameters of the path.
func (c *Call) readPath(names []string) error {
	c.Params = map[string]string{}
	for _, name := range names {
		text, err := url.PathUnescape(c.fiber.Params(name))
		if err != nil {
			return rest.NotFound("")
		}
		c.Params[name] = text
	}
	return nil
}

// encode is a Go value as JSON, with its messages in the client's language.
func (c *Call) encode(v any) ([]byte, error) { return encode(words.In(c.Language(), v)) }

// encode is a Go value as JSON, as plain as DRF writes it: "<" is no escape.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

func viewName(path string) string {
	parts := strings.Split(strings.Trim(strings.NewReplacer(systemPrefix, "", "{", "", "}", "").Replace(path), "/"), "/")
	for i, p := range parts {
		if p != "" {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, " ")
}

// decode reads a JSON body into a Go value. What the value has no place for is an error, as is anything after it.
func (c *Call) decode(into any) error {
	body, err := c.rawBody()
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return decodeError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return rest.ParseError("JSON parse error - there is something after the end of the value")
	}
	return nil
}

// decodeError words what is wrong with a body, by the member that it is about where there is one.
func decodeError(err error) error {
	var wrong *json.UnmarshalTypeError
	name, unknown := strings.CutPrefix(err.Error(), `json: unknown field "`)
	switch {
	case unknown:
		return rest.Validation(rest.FieldError(strings.TrimSuffix(name, `"`), "There is no such field.", "invalid"))
	case errors.Is(err, io.EOF):
		return rest.ParseError("JSON parse error - the body is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return rest.ParseError("JSON parse error - the body ends too early")
	case errors.As(err, &wrong) && wrong.Field == "":
		return rest.ParseError("The body must be a JSON object, not " + article(wrong.Value) + ".")
	case errors.As(err, &wrong):
		return rest.Validation(rest.FieldError(wrong.Field, "This cannot be "+article(wrong.Value)+".", "invalid"))
	}
	return rest.ParseError("JSON parse error - " + strings.TrimPrefix(err.Error(), "json: "))
}

// article puts a or an before what encoding/json calls a kind of value: "number", "array", "number 1.5".
func article(kind string) string {
	if strings.HasPrefix(kind, "a") || strings.HasPrefix(kind, "o") {
		return "an " + kind
	}
	return "a " + kind
}

// rawBody returns the body's bytes, at most rest.MaxBody of them.
func (c *Call) rawBody() ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(c.reader(), rest.MaxBody+1))
	if err != nil {
		return nil, rest.ParseError("The body could not be read.")
	}
	if len(data) > rest.MaxBody {
		return nil, rest.TooLarge("The request body is larger than this endpoint accepts.")
	}
	return data, nil
}
