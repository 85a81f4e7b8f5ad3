package api

import (
	"net/url"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// explainList explains a request for a list, and names the index that it misses.
func (x *explaining) explainList(rd *store.Reader) error {
	coll := x.def.Collection
	list, err := x.wanted(rd)
	if err != nil {
		return err
	}
	if missing, ok := list.Missing(); ok {
		x.out.Index = missing.Advice()
	}
	grant := x.call.Scope.Grant(coll, schema.View)
	x.allow(200, "allowed: the list holds every record of "+coll.Name)
	if !grant.All {
		x.out.Text = "allowed: the list holds those records of " + coll.Name + " that the rules let through; explain one at its own address"
	}
	return nil
}

// wanted is the list that is asked for, which is not run.
func (x *explaining) wanted(rd *store.Reader) (*query.List, error) {
	params := x.call.params
	if strings.HasPrefix(x.call.Path, systemPrefix) {
		var err error
		if params, err = publicWords(x.call.Query); err != nil {
			return nil, err
		}
	}
	where, err := x.listing.Where(rest.ListInput{Params: params, Scope: x.call.Scope, Find: rd})
	if err != nil {
		return nil, err
	}
	if n := x.call.View.nested; n != nil {
		where = append(where, n.refersTo(value.Null)...)
	}
	return &query.List{Shape: x.detail, Scope: x.call.Scope, Where: where, Order: x.listing.Order(params, x.call.Scope)}, nil
}

// publicWords are the parameters of a full resource's list by the names that those of public ones have.
func publicWords(raw string) (*rest.Params, error) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	q.Set("ordering", q.Get("order"))
	q.Set("search", q.Get("q"))
	return rest.ParseParams(q.Encode())
}
