package api

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/rest"
)

// records answers /api/_/records/{collection}/…: the full resource that every collection has.
func (a *API) records(c fiber.Ctx) error {
	uri := string(c.Request().URI().PathOriginal())
	parts := strings.Split(strings.Trim(strings.TrimPrefix(uri, systemPrefix+"records/"), "/"), "/")
	r := a.current().full[parts[0]]
	if r == nil || !strings.HasSuffix(uri, "/") {
		return a.NotFound(c)
	}
	call := a.newCall(c, r.fullList())
	switch x := extraAt(parts[1:]); {
	case x != nil:
		call.View = r.fullExtra(x)
	case len(parts) == 2:
		call.View = r.fullOne()
	case len(parts) > 2:
		return a.NotFound(c)
	}
	if len(parts) > 1 {
		lookup, err := url.PathUnescape(parts[1])
		if err != nil {
			return a.NotFound(c)
		}
		call.Lookup = lookup
	}
	return call.run(a.records)
}

// extra is an address below a full resource's list that is no record of it: "count", or "impact" of a record.
type extra struct {
	name    string
	below   bool // a record
	methods []string
	needs   string // the method whose permission it needs at first
	kept    bool
	handle  func(*resource, *Call) (*Answer, error)
}

// extras are all of them. They come before a record whose key is such a word.
var extras = []*extra{
	{name: "count", methods: get, needs: "GET", handle: (*resource).countRecords},
	{name: "aggregate", methods: get, needs: "GET", kept: true, handle: (*resource).aggregate},
	{name: "facets", methods: get, needs: "GET", kept: true, handle: (*resource).facets},
	{name: "lookup", methods: get, needs: "GET", kept: true, handle: (*resource).pick},
	{name: "deleted", methods: get, needs: "GET", handle: (*resource).deleted},
	{name: "impact", methods: post, needs: "DELETE", handle: (*resource).impactMany},
	{name: "impact", below: true, methods: get, needs: "DELETE", handle: (*resource).impactOne},
	{name: "bulk", methods: post, needs: "GET", handle: (*resource).bulkWrite},
	{name: "validate", methods: post, needs: "POST", handle: (*resource).validate},
}

var get, post = []string{"GET"}, []string{"POST"}

// extraAt finds the extra at a path below a list, or returns nil.
func extraAt(parts []string) *extra {
	for _, x := range extras {
		if x.below && len(parts) == 2 && parts[1] == x.name || !x.below && len(parts) == 1 && parts[0] == x.name {
			return x
		}
	}
	return nil
}

// fullView is a view of the full resource as the system API has them: JSON only.
func (r *resource) fullView(from *View, handle func(*Call) (*Answer, error)) *View {
	v := *from
	v.Authentication, v.Renderers, v.Handle, v.resource = systemClasses, rest.Renderers[:1], handle, nil
	v.route = systemPrefix + "records/" + strings.TrimPrefix(from.route, prefix)
	return &v
}

func (r *resource) fullList() *View {
	return r.fullView(r.list, func(c *Call) (*Answer, error) {
		if c.Method == "POST" {
			return r.createOnce(c)
		}
		return r.fullIndex(c)
	})
}

func (r *resource) fullOne() *View { return r.fullView(r.one, r.record) }

func (r *resource) fullExtra(x *extra) *View {
	from := r.list
	if x.below {
		from = r.one
	}
	v := r.fullView(from, func(c *Call) (*Answer, error) { return x.handle(r, c) })
	v.Methods, v.Kept, v.Explain, v.Metadata, v.File = x.methods, x.kept, nil, nil, nil
	v.route += x.name + "/"
	v.Permission = func(c *Call) *rest.APIError {
		c.Scope = c.Scope.WithResource(r.def)
		if r.may(c, x.needs) {
			return nil
		}
		return c.denied()
	}
	return v
}

// appendVersion adds "_v" to a rendered record.
func appendVersion(body []byte, version uint64) []byte {
	body = body[:len(body)-1]
	if body[len(body)-1] != '{' {
		body = append(body, ',')
	}
	body = append(body, `"_v":"`...)
	return append(strconv.AppendUint(body, version, 36), `"}`...)
}
