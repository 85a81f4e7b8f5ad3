package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// bulkRequest changes or deletes many records: exactly one of set and delete.
type bulkRequest struct {
	chosenRecords
	Set      json.RawMessage   `json:"set" openapi:"optional" doc:"Values for all of them, as in a PATCH."`
	Delete   bool              `json:"delete" openapi:"optional"`
	Expected *int              `json:"expected" openapi:"optional" doc:"How many there are; needed with filter."`
	Versions map[string]string `json:"versions" openapi:"optional" doc:"By key: the _v of the record as it was read."`
	DryRun   bool              `json:"dry_run" openapi:"optional" doc:"Everything is checked and nothing kept."`
	Behind   bool              `json:"background" openapi:"optional" doc:"Answer 202 at once: bulk/{id}/ tells how far it is."`
}

// bulkBody is what came of it.
type bulkBody struct {
	Detail    string      `json:"detail,omitempty" words:"say"`
	Code      string      `json:"code,omitempty"`
	Count     int         `json:"count"`
	Changed   int         `json:"changed"`
	Changeset *string     `json:"changeset"`
	Group     *string     `json:"group"`
	DryRun    bool        `json:"dry_run"`
	Errors    []bulkError `json:"errors" doc:"At most 100 are listed."`
}

type bulkError struct {
	Key    json.RawMessage `json:"key"`
	Status int             `json:"status"`
	Errors json.RawMessage `json:"errors"`
}

// Bounds of a bulk.
const (
	maxBulk       = 100_000
	bulkChangeset = 2000 // records of one changeset
	maxBulkErrors = 100
)

// bulkJob is a bulk on its way.
type bulkJob struct {
	bulkRequest
	*resource
	call    *Call
	node    *rest.Node // what is set; nil deletes
	choice  choice
	out     bulkBody
	refused int
	style   rest.ErrorStyle
	watch   *run // is told how far it is; nil where nobody asks
}

// bulkWrite answers POST on bulk/ of a full resource.
func (r *resource) bulkWrite(c *Call) (*Answer, error) {
	sub := *c
	j := &bulkJob{resource: r, call: &sub, style: c.style()}
	if err := c.decode(&j.bulkRequest); err != nil {
		return nil, err
	}
	if err := j.read(); err != nil {
		return nil, err
	}
	if !r.may(c, j.call.Method) {
		return nil, c.denied()
	}
	ctx, cancel := context.WithTimeout(c.API.life, importTime)
	defer cancel()
	err := c.API.Store.Read(ctx, c.Scope, func(rd *store.Reader) (err error) {
		j.choice, err = r.choose(c, rd, j.chosenRecords, maxBulk)
		return err
	})
	if err != nil {
		return nil, err
	}
	j.out.Count = len(j.choice.found) + len(j.choice.missing)
	if j.Expected != nil && *j.Expected != j.out.Count {
		return nil, countChanged(j.out.Count)
	}
	if !j.Behind {
		return j.finish(ctx)
	}
	release, err := take(c.API.files.bulks)
	if err != nil {
		return nil, err
	}
	return j.start(c, release)
}

// read makes sure that the request says one thing.
func (j *bulkJob) read() error {
	errs := &rest.Errors{}
	if (j.Set == nil) == !j.Delete {
		errs.Put("set", rest.Fail("Give either values to set or delete: true.", "required"))
	}
	if j.IDs == nil && j.Expected == nil && !j.DryRun {
		errs.Put("expected", rest.Fail("Say how many records you expect the filter to find.", "required"))
	}
	for key, version := range j.Versions {
		if _, err := strconv.ParseUint(version, 36, 64); err != nil {
			errs.Put("versions", rest.Fail(strconv.Quote(version)+" of "+key+" is no version.", "invalid"))
		}
	}
	if !errs.Empty() {
		return rest.Validation(errs)
	}
	j.out.Errors, j.out.DryRun = []bulkError{}, j.DryRun
	j.call.Method = http.MethodDelete
	if j.Delete {
		return nil
	}
	j.call.Method = http.MethodPatch
	var err error
	j.node, err = rest.ParseJSON(j.Set)
	if err == nil && j.node.Kind != rest.ObjectNode {
		err = rest.Validation(rest.FieldError("set", "This is an object of fields and their values.", "invalid"))
	}
	return err
}

func countChanged(n int) error {
	return &rest.APIError{
		Status: 409, Code: "count_changed", ShowCode: true, Detail: "There are " + strconv.Itoa(n) + " records now. Nothing was changed.",
		Extra: strconv.AppendInt([]byte(`"count":`), int64(n), 10),
	}
}

// run writes changeset after changeset until one is refused.
func (j *bulkJob) run(ctx context.Context) error {
	for _, key := range j.choice.missing {
		j.refuse(key, j.missing())
	}
	if j.refused > 0 && !j.DryRun {
		return nil
	}
	o := j.call.origin("rest")
	if len(j.choice.found) > bulkChangeset && !j.DryRun {
		group, err := uuid.NewV7()
		if err != nil {
			return err
		}
		o.Group = group.String()
	}
	done := len(j.choice.missing)
	for some := range slices.Chunk(j.choice.found, bulkChangeset) {
		refused, before := j.refused, done
		done += len(some)
		changeset, err := j.call.API.Store.Write(ctx, o, func(tx *store.Tx) error {
			j.refused, j.out.Errors = refused, j.out.Errors[:min(refused, maxBulkErrors)]
			return j.changeset(tx, some, before)
		})
		switch {
		case errors.Is(err, errRehearsed):
			j.out.Changed += len(some) - (j.refused - refused)
			continue
		case errors.Is(err, errRefused):
			return nil
		case err != nil && j.out.Changed == 0:
			return j.writeError(j.call, err)
		case err != nil: // what was written before stays, so it is told
			e := rest.FromError(j.writeError(j.call, err))
			j.out.Detail, j.out.Code = e.Detail, e.Code
			return nil
		}
		j.out.Changed += len(some)
		j.out.Changeset, j.out.Group = &changeset, orNull(o.Group)
	}
	return nil
}

// errRefused ends a transaction some of whose records were refused.
var errRefused = errors.New("api: refused")

// changeset writes some of the records. It looks at all of them, so that every error is told.
func (j *bulkJob) changeset(tx *store.Tx, keys []value.Value, done int) error {
	before := j.refused
	if err := j.stillThere(tx, keys); err != nil {
		return err
	}
	for i, key := range keys {
		if err := j.at(done + i); err != nil {
			return err
		}
		err := j.write(tx, key)
		if j.node == nil && errors.Is(err, store.ErrNotFound) {
			err = nil // it went with another one
		}
		if err == nil {
			continue
		}
		e := rest.FromError(j.writeError(j.call, err))
		if e.Status >= 500 {
			return err
		}
		j.refuse(key, e)
	}
	err := j.at(done + len(keys))
	switch {
	case j.DryRun:
		return errRehearsed
	case j.refused > before:
		return errRefused
	}
	return err
}

// at notes how many records have been looked at. The error is not nil where somebody has ended it.
func (j *bulkJob) at(done int) error { return j.watch.at("", int64(done), int64(j.out.Count)) }

// stillThere makes sure that what was found by a filter is still found by it.
func (j *bulkJob) stillThere(tx *store.Tx, keys []value.Value) error {
	if j.IDs != nil {
		return nil
	}
	list, err := j.filtered(j.call, &tx.Reader, j.chosenRecords)
	if err != nil {
		return err
	}
	list.Where = append(list.Where, query.Keys(j.def.Collection, keys))
	n, err := list.Count(tx)
	if err == nil && int(n) != len(keys) {
		err = countChanged(j.out.Count - len(keys) + int(n))
	}
	return err
}

func (j *bulkJob) write(tx *store.Tx, key value.Value) error {
	var cond store.Condition
	if version := j.Versions[j.def.Collection.Key.Type.String(key)]; version != "" {
		cond = conditionOf(version)
	}
	if j.node == nil {
		return tx.Delete(j.def.Collection, key, cond)
	}
	rec, err := tx.Record(j.def.Collection, key)
	if err != nil {
		return err
	}
	if err := j.mayObject(j.call, &tx.Reader, actionOf[http.MethodPatch], key); err != nil {
		return err
	}
	opt := j.bindOptions(j.call, &tx.Reader)
	opt.Partial, opt.Instance = true, rec
	input, err := j.serializer.Bind(j.node, opt)
	if err != nil {
		return err
	}
	return tx.Update(key, input, cond)
}

// refuse notes why a record was refused.
func (j *bulkJob) refuse(key value.Value, e *rest.APIError) {
	if j.refused++; len(j.out.Errors) < maxBulkErrors {
		j.out.Errors = append(j.out.Errors, bulkError{wireKey(j.def.Collection, key), e.Status, e.AppendJSON(nil, j.style)})
	}
}

func (j *bulkJob) answer() (*Answer, error) {
	status := http.StatusOK
	if j.refused > 0 && !j.DryRun {
		status = http.StatusBadRequest
		j.out.Code = "refused"
		refused, count := strconv.Itoa(j.refused), strconv.Itoa(j.out.Count)
		j.out.Detail = refused + " of " + count + " records were refused; nothing was changed."
		if j.kept() {
			j.out.Detail = refused + " of " + count + " records were refused; " + strconv.Itoa(j.out.Changed) + " were changed before."
		}
	} else if j.out.Detail != "" {
		status = http.StatusConflict
	}
	body, err := j.call.encode(j.out)
	a := &Answer{Status: status, Body: body}
	if j.out.Changeset != nil {
		a.Headers = append(a.Headers, [2]string{"Couplet-Changeset", *j.out.Changeset})
	}
	if j.out.Group != nil {
		a.Headers = append(a.Headers, [2]string{"Couplet-Group", *j.out.Group})
	}
	return a, err
}
