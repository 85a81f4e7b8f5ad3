package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// pageParams choose a page or an order: they shape a snapshot, not what belongs to a list.
var pageParams = []string{"page", "page_size", "limit", "offset", "cursor", "ordering", "order", "after"}

// keys sets what tells apart watches of different records or texts: the address, and as much of the reader as decides.
func (w *watch) keys(out *rest.Watch) error {
	values, err := url.ParseQuery(w.Query)
	if err != nil {
		return rest.ParseError("The query string is not well formed.")
	}
	for _, name := range pageParams {
		values.Del(name)
	}
	reader, err := w.reader(out)
	if err != nil {
		return err
	}
	sel := w.selection()
	shown := []string{w.r.def.Name, fmt.Sprint(w.full, sel.Fields, sel.Omit, sel.Expand), w.base, w.Format, w.linkQuery()}
	if w.full {
		shown[0] = systemPrefix + w.r.def.Collection.Name
	}
	if masked(out.List.Shape) {
		shown = append(shown, reader)
	}
	out.Texts = strings.Join(shown, "\n")
	out.Key = strings.Join(append(shown, w.Path, values.Encode(), reader), "\n")
	return nil
}

// masked reports whether what is shown of a record depends on the reader.
func masked(s *query.Shape) bool {
	return slices.ContainsFunc(s.Collection.Fields, func(f *schema.Field) bool { return f.ReadRule != "" }) || maskedBelow(s)
}

func maskedBelow(s *query.Shape) bool {
	return slices.ContainsFunc(slices.Concat(s.One, s.Many), func(b *query.Branch) bool { return b.Scoped || masked(b.Shape) })
}

// reader says as much of the reader as decides what belongs to a list and how it looks: for all that is decided by the
// records' own fields that is what the rules read of the user, beyond that the user.
func (w *watch) reader(out *rest.Watch) (string, error) {
	c := w.r.def.Collection
	if w.User != nil && w.User.Superuser && !w.Scope.Narrowed() {
		return "superuser", nil
	}
	if w.User != nil && (related(out) || w.Scope.Narrowed()) {
		return "user " + w.userID() + fmt.Sprint(w.Identity.Scopes), nil
	}
	parts := []string{"anonymous"}
	if w.User != nil {
		parts = []string{fmt.Sprint(slices.Sorted(slices.Values(w.User.Roles)), slices.Sorted(slices.Values(w.User.Permissions)), w.User.Staff)}
	}
	for _, in := range slices.Concat(w.Scope.CacheInputs(c), out.Reads.User) {
		v, err := in.Value(w.Scope.Bindings())
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%s=%d %x %q", in.Name, v.Class(), v.Bits(), v.Text()))
	}
	if _, request := w.Scope.CacheLimits(c); request || out.Reads.Request {
		parts = append(parts, w.ip())
	}
	return strings.Join(parts, "\n"), nil
}

// related reports whether other records than a list's own decide what belongs to it or how it looks.
func related(out *rest.Watch) bool {
	return len(out.Reads.Seen) > 0 || maskedBelow(out.List.Shape) || slices.ContainsFunc(out.Reads.Paths, func(p schema.Path) bool { return len(p) > 1 || p[0].Many() || p[0].Reverse != nil })
}
