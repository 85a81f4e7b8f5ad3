package api

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

type exprRequest struct {
	Collection string `json:"collection"`
	Expr       string `json:"expr"`
}

// completeRequest asks at a byte position, which is the end of the expression where it is absent.
type completeRequest struct {
	exprRequest
	Position *int `json:"position"`
}

// exprBody is a checked expression: its tree and its canonical text, or what is wrong where.
type exprBody struct {
	Valid  bool        `json:"valid"`
	Tree   *expr.Node  `json:"tree,omitempty"`
	Text   string      `json:"text,omitempty"`
	Errors expr.Errors `json:"errors"`
}

type completeBody struct {
	Completions []expr.Completion `json:"completions"`
}

// env is what an expression of the request can speak of. A collection that the caller may not view is not there.
func (c *Call) env(name string) (expr.Env, *schema.Collection, error) {
	s := c.compiled.state.Schema
	coll := s.Collection(name)
	if coll == nil || c.Scope.Grant(coll, schema.View).None {
		return expr.Env{}, nil, rest.Validation(rest.FieldError("collection", "There is no collection "+strconv.Quote(name)+".", "does_not_exist"))
	}
	return expr.Env{Collection: coll, Users: s.Users()}, coll, nil
}

func (c *Call) checkExpr() (any, error) {
	var in exprRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	env, _, err := c.env(in.Collection)
	if err != nil {
		return nil, err
	}
	e, err := expr.Compile(in.Expr, env)
	if err == nil {
		err = c.Scope.CheckFilter(e)
	}
	var wrong expr.Errors
	if errors.As(err, &wrong) {
		return exprBody{Errors: wrong}, nil
	}
	if err != nil {
		return nil, err
	}
	return exprBody{Valid: true, Tree: e.Tree(), Text: expr.Format(e.Tree()), Errors: expr.Errors{}}, nil
}

func (c *Call) completeExpr() (any, error) {
	var in completeRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	env, _, err := c.env(in.Collection)
	if err != nil {
		return nil, err
	}
	at := len(in.Expr)
	if in.Position != nil {
		at = *in.Position
	}
	if at < 0 || at > len(in.Expr) {
		return nil, rest.Validation(rest.FieldError("position", "This is not a position in the expression.", "invalid"))
	}
	out := []expr.Completion{}
	for _, k := range expr.Complete(in.Expr, at, env) {
		if f := env.Collection.Field(k.Text); f == nil || c.Scope.Readable(f) {
			out = append(out, k)
		}
	}
	return completeBody{out}, nil
}

// formatRequest is a tree as expr/check/ answers it; positions and types may be absent.
type formatRequest struct {
	Tree *expr.Node `json:"tree"`
}

type formatBody struct {
	Text string `json:"text"`
}

// formatExpr answers the text of a tree, which the admin's rule builder makes.
func (c *Call) formatExpr() (any, error) {
	var in formatRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	text, err := expr.FormatTree(in.Tree)
	if err != nil {
		return nil, rest.Validation(rest.FieldError("tree", strings.TrimPrefix(err.Error(), "expr: "), "invalid"))
	}
	return formatBody{text}, nil
}

// tryRequest asks which records a rule lets a user have: by key, "" for the anonymous visitor.
type tryRequest struct {
	Collection string `json:"collection"`
	Expr       string `json:"expr"`
	User       string `json:"user"`
}

type tryBody struct {
	Pass  int64           `json:"pass"`
	Total int64           `json:"total"`
	Some  []explainedBody `json:"some"` // a few records, with the clause that decided
}

type explainedBody struct {
	Key         string           `json:"key"`
	Explanation expr.Explanation `json:"explanation"`
}

// triedRecords is how many records a trial explains.
const triedRecords = 3

func (c *Call) tryExpr() (any, error) {
	var in tryRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	env, coll, err := c.env(in.Collection)
	if err != nil {
		return nil, err
	}
	e, err := expr.Compile(in.Expr, env)
	if err != nil {
		return nil, rest.Validation(rest.FieldError("expr", err.Error(), "invalid"))
	}
	scope, err := c.as(in.User)
	if err != nil {
		return nil, err
	}
	out := tryBody{Some: []explainedBody{}}
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		list := query.List{Shape: query.NewShape(coll), Scope: c.Scope}
		if out.Total, err = list.Count(rd); err != nil {
			return err
		}
		list.Limit = triedRecords
		rows, err := list.Run(rd)
		if err != nil {
			return err
		}
		list.Limit, list.Where = 0, []query.Cond{query.Rule{Expr: e, Bind: scope.Bindings()}}
		if out.Pass, err = list.Count(rd); err != nil {
			return err
		}
		for _, row := range rows {
			rec, err := rd.Record(coll, row.Key())
			if err != nil {
				return err
			}
			out.Some = append(out.Some, explainedBody{coll.Key.Type.String(row.Key()), e.Explain(rec, scope.Bindings())})
		}
		return nil
	})
	return out, err
}

// as returns the rights of a user by key, or of the anonymous visitor.
func (c *Call) as(key string) (*access.Scope, error) {
	if key == "" {
		return c.scopeOf(nil), nil
	}
	k, err := c.compiled.state.Schema.Users().Key.Type.Parse(key)
	var user *access.User
	if err == nil {
		user, err = c.API.Store.User(c.Context(), k)
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, value.ErrSyntax) {
		return nil, rest.Validation(rest.FieldError("user", "There is no user "+strconv.Quote(key)+".", "does_not_exist"))
	}
	if err != nil {
		return nil, err
	}
	return c.scopeOf(user), nil
}

type explainRequest struct {
	Collection string        `json:"collection"`
	Key        string        `json:"key"`
	Action     schema.Action `json:"action"`
	User       string        `json:"user"`
}

type explainBody struct {
	Explanation access.Explanation `json:"explanation"`
	Text        string             `json:"text" words:"say"`
}

func (c *Call) explainAccess() (any, error) {
	var in explainRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	_, coll, err := c.env(in.Collection)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(schema.Actions, in.Action) {
		return nil, rest.Validation(rest.FieldError("action", "This is view, add, change or delete.", "invalid_choice"))
	}
	key, err := coll.Key.Type.Parse(in.Key)
	if err != nil {
		return nil, rest.NotFound(coll.Label)
	}
	scope, err := c.as(in.User)
	if err != nil {
		return nil, err
	}
	var out access.Explanation
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		rec, err := rd.Record(coll, key)
		if err == nil {
			out = scope.Explain(coll, in.Action, rec)
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, rest.NotFound(coll.Label)
	}
	return explainBody{out, out.String()}, err
}
