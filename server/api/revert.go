package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
)

// revertRequest says what becomes of conflicts: check only reports them, keep leaves what later changes touched,
// overwrite takes the old values. Of a change of the schema, hash and consent are those of schema/apply/.
type revertRequest struct {
	Mode    string   `json:"mode" openapi:"enum=check|keep|overwrite"`
	Hash    string   `json:"hash" openapi:"optional"`
	Consent []string `json:"consent" openapi:"optional"`
	Behind  bool     `json:"background" openapi:"optional" doc:"Answer 202 at once: background/{id}/ tells how far it is."`
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
	if in.Behind {
		return c.revertBehind(in)
	}
	ctx, cancel := context.WithTimeout(c.API.life, importTime)
	defer cancel()
	return c.reverted(ctx, in, nil)
}

// revertBehind undoes a changeset or a group behind the answer.
func (c *Call) revertBehind(in revertRequest) (any, error) {
	summary, err := c.summary()
	if err != nil {
		return nil, err
	}
	needs, ofRecords := revertNeeds(summary)
	release, err := take(c.API.files.reverts)
	if err != nil {
		return nil, err
	}
	r, err := c.newRun(runRevert, c.Params["id"], needs...)
	if err != nil {
		release()
		return nil, err
	}
	r.super = !ofRecords
	sub := c.lasting()
	return r.behind(importTime, release, func(ctx context.Context) (*Answer, error) {
		out, err := sub.reverted(ctx, in, r.at)
		return sub.answer(http.StatusOK, out, err)
	})
}

// backwards is what undoes a change.
var backwards = map[string]schema.Action{store.OpCreate: schema.Delete, store.OpUpdate: schema.Change, store.OpDelete: schema.Add}

// revertNeeds is what undoing what was done comes to. It is false of a change of the schema.
func revertNeeds(done *history.Summary) (needs []runNeed, ok bool) {
	for _, p := range done.Parts {
		if p.Op == store.OpSchema {
			return nil, false
		}
		if action, known := backwards[p.Op]; known && p.Collection != nil {
			needs = append(needs, runNeed{*p.Collection, action}, runNeed{*p.Collection, schema.View})
		}
	}
	return needs, true
}

// reverted undoes a changeset or a group, or tells what that would do.
func (c *Call) reverted(ctx context.Context, in revertRequest, watch history.Watch) (any, error) {
	plan := func(r *store.Reader) (*history.Plan, error) {
		return history.Revert(r, c.Params["id"], in.Mode == "overwrite", watch)
	}
	var out any
	var err error
	if in.Mode == "check" {
		out, err = c.checkRevert(ctx, plan)
	} else {
		out, err = c.undo(ctx, plan)
	}
	var changed *history.SchemaError
	switch {
	case errors.As(err, &changed):
		return c.revertSchema(ctx, in, changed, watch)
	case errors.Is(err, store.ErrNotFound):
		return nil, rest.NotFound("Changeset")
	case errors.Is(err, store.ErrForbidden):
		return nil, rest.PermissionDenied("You may not see all of this changeset, so you cannot undo it.")
	}
	return out, historyError(err)
}

// checkRevert reports what a revert would find and do.
func (c *Call) checkRevert(ctx context.Context, plan func(*store.Reader) (*history.Plan, error)) (any, error) {
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
func (c *Call) revertSchema(ctx context.Context, in revertRequest, e *history.SchemaError, watch history.Watch) (any, error) {
	if !c.superuser() {
		return nil, c.denied()
	}
	if e.OnlyData {
		return nil, rest.Conflict("The migration "+e.Version+" wrote by SQL of its own; 'couplet migrate down' undoes it.", "migration")
	}
	body := reportBody{Done: []history.Done{}, Kept: []history.Kept{}, Conflicts: []history.Conflict{}, Failed: []history.Failed{}, Later: e.Later}
	if in.Mode == "check" {
		plan, err := c.plan(ctx, e.Before)
		body.Schema = plan
		return body, err
	}
	if in.Mode == "keep" && len(e.Later) > 0 {
		return nil, rest.Conflict("The schema was changed since ("+strings.Join(e.Later, ", ")+"): overwrite undoes that, too.", "conflict")
	}
	o := migrate.Options{Plan: in.Hash, Consent: migrate.Consent{Steps: in.Consent}, Cause: "revert " + e.Changeset, Watch: watchTables(watch)}
	done, err := c.apply(ctx, e.Before, o)
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
