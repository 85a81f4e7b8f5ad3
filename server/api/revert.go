package api

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/migrate"
)

// revertRequest says what becomes of conflicts: check only reports them, keep leaves what later changes touched,
// overwrite takes the old values. Of a change of the schema, hash and consent are those of schema/apply/.
type revertRequest struct {
	Mode    string   `json:"mode" openapi:"enum=check|keep|overwrite"`
	Hash    string   `json:"hash" openapi:"optional"`
	Consent []string `json:"consent" openapi:"optional"`
}

var revertModes = []string{"check", "keep", "overwrite"}

// revert undoes a changeset or a group.
func (c *Call) revert() (any, error) {
	var in revertRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains(revertModes, in.Mode) {
		return nil, rest.Validation(rest.FieldError("mode", "This is one of check, keep and overwrite.", "invalid_choice"))
	}
	plan := func(r *store.Reader) (*history.Plan, error) {
		return history.Revert(r, c.Params["id"], in.Mode == "overwrite")
	}
	var out any
	var err error
	if in.Mode == "check" {
		out, err = c.checkRevert(plan)
	} else {
		out, err = c.undo(plan)
	}
	var changed *history.SchemaError
	switch {
	case errors.As(err, &changed):
		return c.revertSchema(in, changed)
	case errors.Is(err, store.ErrNotFound):
		return nil, rest.NotFound("Changeset")
	case errors.Is(err, store.ErrForbidden):
		return nil, rest.PermissionDenied("You may not see all of this changeset, so you cannot undo it.")
	}
	return out, historyError(err)
}

// checkRevert reports what a revert would find and do.
func (c *Call) checkRevert(plan func(*store.Reader) (*history.Plan, error)) (any, error) {
	ctx, cancel := context.WithTimeout(c.API.life, importTime)
	defer cancel()
	var body reportBody
	err := c.API.Store.Read(ctx, c.historyScope(), func(r *store.Reader) error {
		p, err := plan(r)
		if err == nil {
			body = report(p)
		}
		return err
	})
	return body, err
}

// revertSchema undoes a change of the schema by applying the document that was before it, which undoes what came later,
// too. What the change dropped comes back out of the attic.
func (c *Call) revertSchema(in revertRequest, e *history.SchemaError) (any, error) {
	if !c.User.Superuser || c.Scope.Narrowed() {
		return nil, c.denied()
	}
	if e.OnlyData {
		return nil, rest.Conflict("The migration "+e.Version+" wrote by SQL of its own; 'couplet migrate down' undoes it.", "migration")
	}
	body := reportBody{Done: []history.Done{}, Kept: []history.Kept{}, Conflicts: []history.Conflict{}, Failed: []history.Failed{}, Later: e.Later}
	if in.Mode == "check" {
		plan, err := c.plan(e.Before)
		body.Schema = plan
		return body, err
	}
	if in.Mode == "keep" && len(e.Later) > 0 {
		return nil, rest.Conflict("The schema was changed since ("+strings.Join(e.Later, ", ")+"): overwrite undoes that, too.", "conflict")
	}
	o := migrate.Options{Plan: in.Hash, Consent: migrate.Consent{Steps: in.Consent}, Cause: "revert " + e.Changeset}
	done, err := c.apply(e.Before, o)
	if err != nil {
		return nil, err
	}
	if version := done.Name; version != "" {
		body.Done = append(body.Done, history.Done{Key: version, Op: store.OpSchema, Fields: []string{}})
	}
	body.Changeset = orNull(done.Changeset)
	text, err := encode(body)
	a := &Answer{Status: 200, Body: text}
	if done.Changeset != "" {
		a.Headers = [][2]string{{"Couplet-Changeset", done.Changeset}}
	}
	return a, err
}
