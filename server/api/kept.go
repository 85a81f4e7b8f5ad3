package api

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/cache"
)

// kept answers a request from memory where it was answered before and nothing that the answer was made of has changed
// since; otherwise handle does, and what it answers is kept where it was asked for before. Whoever may not ask was
// refused before.
func (c *Call) kept(method string, handle func(*Call) (*Answer, error)) (*Answer, error) {
	if c.API.answers == nil || !c.View.Kept || c.View.File != nil && c.View.File(c.params) {
		return handle(c)
	}
	var room [512]byte
	r := cache.Request{State: c.compiled.state, Second: c.Scope.Bindings().Now.Unix()}
	if u := c.Scope.User(); u != nil {
		r.User = u.Record
	}
	a, ok, fill := c.API.answers.Get(c.appendKey(room[:0], method), r)
	if ok {
		return a, nil
	}
	if fill == nil {
		return handle(c)
	}
	c.Scope = c.Scope.Traced(fill.Trace)
	a, err := handle(c)
	if err != nil || a.Status != 200 || a.Stream != nil {
		return a, err
	}
	kept := *a
	kept.Body, kept.whole = bytes.Clone(a.Body), wire(append(c.framing(), a.Headers...))
	fill.Put(&kept, len(kept.Body)+answerSize)
	return a, nil
}

// Answers tells what the cache of answers has done and holds.
func (a *API) Answers() cache.Stats { return a.answers.Stats() }

// answerSize is about what an Answer takes beside its body.
const answerSize = 256

// appendKey appends everything that an answer depends on beside records, rules, masks and the time.
func (c *Call) appendKey(key []byte, method string) []byte {
	for _, s := range [...]string{method, c.fiber.Scheme(), c.fiber.Host(), c.Path, c.Accepted.Renderer.MediaType, normalQuery(c.Query)} {
		key = append(binary.AppendUvarint(key, uint64(len(s))), s...)
	}
	if c.Scope.Narrowed() {
		key = binary.AppendUvarint(append(key, 'n'), uint64(len(c.Identity.Scopes)))
		for _, s := range c.Identity.Scopes {
			key = append(binary.AppendUvarint(key, uint64(len(s))), s...)
		}
	}
	return c.Scope.AppendClass(key)
}

// normalQuery is a query string with its parameters sorted by name, as links have them. The order of those with the
// same name is kept: the last one counts.
func normalQuery(query string) string {
	if strings.IndexByte(query, '&') < 0 {
		return query
	}
	parts := strings.Split(query, "&")
	for _, p := range parts {
		name, _, _ := strings.Cut(p, "=")
		if strings.ContainsAny(name, "%+") { // it may be the name of another one in other letters
			return query
		}
	}
	byName := func(a, b string) int {
		a, _, _ = strings.Cut(a, "=")
		b, _, _ = strings.Cut(b, "=")
		return strings.Compare(a, b)
	}
	if slices.IsSortedFunc(parts, byName) {
		return query
	}
	slices.SortStableFunc(parts, byName)
	return strings.Join(parts, "&")
}
