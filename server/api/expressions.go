package api

import (
	"errors"
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
	Limit      *int   `json:"limit,omitempty"`  // of the records shown of each kind: those that pass and those that do not
	Record     string `json:"record,omitempty"` // the key of a record that is explained instead of a few
}

type tryBody struct {
	Pass  int64           `json:"pass"`
	Fail  int64           `json:"fail"`
	Total int64           `json:"total"`
	Some  []explainedBody `json:"some"` // a few records that pass, then a few that do not, with the clause that decided
}

type explainedBody struct {
	Key         string           `json:"key"`
	Display     string           `json:"display"`
	Passes      bool             `json:"passes"`
	Explanation expr.Explanation `json:"explanation"`
}

// How many records of each kind a trial explains, unless it is told, and at most.
const (
	triedRecords = 3
	maxTried     = 20
)

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
	limit := triedRecords
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 0 || limit > maxTried {
		return nil, rest.Validation(rest.FieldError("limit", "This must be a whole number from 0 to "+strconv.Itoa(maxTried)+".", "invalid"))
	}
	var one value.Value
	if in.Record != "" {
		if one, err = coll.Key.Type.Parse(in.Record); err != nil {
			return nil, rest.NotFound(coll.Label)
		}
		limit = 0
	}
	t := trial{coll: coll, name: c.compiled.displays[coll], expr: e, bind: scope.Bindings()}
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		if err := t.run(rd, limit); err != nil || in.Record == "" {
			return err
		}
		text, err := displayed(rd, t.name, coll, one)
		if err != nil {
			return err
		}
		return t.explain(rd, one, text)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, rest.NotFound(coll.Label)
	}
	return t.out, err
}

// trial is a rule being tried on the records of a collection.
type trial struct {
	coll *schema.Collection
	name *rest.Display
	expr *expr.Expr
	bind *expr.Bindings
	out  tryBody
}

func (t *trial) run(rd *store.Reader, limit int) (err error) {
	t.out.Some = []explainedBody{}
	list := query.List{Shape: t.name.Shape(), Scope: rd.Scope}
	if t.out.Total, err = list.Count(rd); err != nil {
		return err
	}
	passes := query.Rule{Expr: t.expr, Bind: t.bind}
	list.Where = []query.Cond{passes}
	if t.out.Pass, err = list.Count(rd); err != nil {
		return err
	}
	t.out.Fail = t.out.Total - t.out.Pass
	for _, where := range []query.Cond{passes, query.Not{Cond: passes}} {
		list.Where, list.Limit = []query.Cond{where}, limit
		if limit == 0 {
			return nil
		}
		rows, err := list.Run(rd)
		if err != nil {
			return err
		}
		for _, row := range rows {
			text, _ := t.name.Text(row, nil) // superusers only
			if err := t.explain(rd, row.Key(), text); err != nil {
				return err
			}
		}
	}
	return nil
}

// explain adds what the rule says of one record.
func (t *trial) explain(rd *store.Reader, key value.Value, display string) error {
	rec, err := rd.Record(t.coll, key)
	if err != nil {
		return err
	}
	why := t.expr.Explain(rec, t.bind)
	t.out.Some = append(t.out.Some, explainedBody{t.coll.Key.Type.String(key), display, why.Truth == expr.True, why})
	return nil
}

// as returns the rights of a user by key, or of the anonymous visitor.
func (c *Call) as(key string) (*access.Scope, error) {
	user, err := c.userBy(key)
	if err != nil {
		return nil, err
	}
	return c.scopeOf(user), nil
}
