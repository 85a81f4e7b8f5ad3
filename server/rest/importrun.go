package rest

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// maxClaims bounds how many unique values a pass remembers; beyond them the database alone finds doubles.
const maxClaims = 500_000

// RunImport reads a file and writes its rows by plan. open is called once for each pass: a dry run and an import that
// keeps going have one; otherwise a first pass checks every row and the second writes, so that a file with a bad row
// changes nothing. A plan that makes no sense is *Errors, a file that cannot be read is *ImportError; both come with
// the report so far. Rows that are refused are in the report.
func (s *Serializer) RunImport(ctx context.Context, open func() (*ImportReader, error), plan ImportPlan, hooks ImportHooks) (*ImportReport, error) {
	plan.withDefaults()
	if errs := plan.check(s); !errs.Empty() {
		return &ImportReport{DryRun: plan.DryRun}, errs
	}
	if plan.DryRun || !plan.KeepGoing {
		report, err := s.pass(ctx, open, plan, hooks, true)
		if err != nil || plan.DryRun || report.Failed > 0 {
			return report, err
		}
	}
	return s.pass(ctx, open, plan, hooks, false)
}

func (s *Serializer) pass(ctx context.Context, open func() (*ImportReader, error), plan ImportPlan, hooks ImportHooks, dry bool) (*ImportReport, error) {
	im := &importer{
		s: s, plan: plan, hooks: hooks, dry: dry, match: s.fieldNamed(plan.Match),
		targets: map[string]importTarget{}, column: map[string]string{},
		report: &ImportReport{DryRun: dry, limit: plan.MaxErrors},
		seen:   map[string]bool{}, matched: map[string]int{},
	}
	file, err := open()
	if err != nil {
		return im.report, err
	}
	for _, name := range file.Header {
		im.target(name)
	}
	if err := im.checkHeader(file); err != nil {
		return im.report, err
	}
	return im.report, im.rows(ctx, file)
}

// checkHeader refuses a CSV file without the match column, or without any column that goes somewhere.
func (im *importer) checkHeader(file *ImportReader) error {
	if file.Format != FormatCSV {
		return nil
	}
	if im.match != nil && im.column[im.match.name] == "" {
		return FieldError("match", fmt.Sprintf("No column of the file goes to the field %q.", im.match.name), "required")
	}
	if len(im.column) == 0 {
		return FieldError("columns", "No column of the file goes to a field that can be written.", "required")
	}
	return nil
}

func (im *importer) rows(ctx context.Context, file *ImportReader) error {
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return im.flush(ctx)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return errors.Join(err, im.flush(ctx))
		}
		im.report.Rows++
		errs, err := im.row(ctx, row)
		if err != nil {
			return err
		}
		if !errs.Empty() {
			im.failed(row.Number, row.Line, errs)
		}
		if len(im.batch) >= im.plan.Batch {
			if err := im.flush(ctx); err != nil {
				return err
			}
		}
		if im.stopped() {
			return nil
		}
	}
}

// stopped reports whether a write pass that must not keep going met a bad row, such as one that somebody else's write
// has made bad since the first pass.
func (im *importer) stopped() bool {
	return !im.dry && !im.plan.KeepGoing && im.report.Failed > 0
}

// row decides what becomes of a row and adds it to the batch.
func (im *importer) row(ctx context.Context, row *ImportRow) (*Errors, error) {
	if row.errs != nil {
		return row.errs, nil
	}
	in, wanted, errs := im.node(row)
	if !errs.Empty() {
		return errs, nil
	}
	key, found, errs, err := im.find(ctx, row, wanted)
	if err != nil || !errs.Empty() {
		return errs, err
	}
	action := im.plan.New
	if found {
		action = im.plan.Existing
	}
	switch action {
	case ActSkip:
		im.report.Skipped++
		return nil, nil
	case ActRefuse:
		if found {
			return FieldError(im.plan.Match, "A record with this value already exists.", "exists"), nil
		}
		return NonField("There is no such record yet.", "does_not_exist"), nil
	}
	input, err := im.hooks.Bind(ctx, in, key)
	if errors.As(err, &errs) {
		return errs, nil
	}
	if err != nil {
		return nil, err
	}
	if errs := im.claim(input); !errs.Empty() {
		return errs, nil
	}
	im.batch = append(im.batch, ImportItem{Row: row.Number, Key: key, Input: input})
	im.report.lines = append(im.report.lines, row.Line)
	return nil, nil
}

// find looks for the record that a row is about. Each match value may come once in a file.
func (im *importer) find(ctx context.Context, row *ImportRow, wanted value.Value) (value.Value, bool, *Errors, error) {
	if im.match == nil || wanted.IsNull() {
		return value.Null, false, nil, nil
	}
	id := im.match.typ.String(wanted)
	if other, twice := im.matched[id]; twice {
		return value.Null, false, FieldError(im.match.name, fmt.Sprintf("Row %d has the same value.", other), "unique"), nil
	}
	if len(im.matched) < maxClaims {
		im.matched[id] = row.Number
	}
	key, found, err := im.hooks.Find(ctx, im.match.model, wanted)
	return key, found, nil, err
}

// claim finds values that must be unique and that an earlier row has already.
func (im *importer) claim(in *store.Input) *Errors {
	errs := &Errors{}
	if len(im.seen) >= maxClaims {
		return errs
	}
	for _, f := range im.s.fields {
		if f.unique && !f.readOnly && claimed(im.seen, in, []*schema.Field{f.model}) {
			errs.Put(f.name, Fail(f.uniqueMessage(), "unique"))
		}
	}
	for i := range im.s.sets {
		if u := &im.s.sets[i]; claimed(im.seen, in, u.model) {
			errs.Put(nonField, Fail(u.message(), "unique"))
		}
	}
	return errs
}

// flush writes the batch. Around an item that is refused the others are written: first those before it, which are
// known to be good, then the rest.
func (im *importer) flush(ctx context.Context) error {
	items, lines := im.batch, im.report.lines
	im.batch, im.report.lines = nil, nil
	for len(items) > 0 && !im.stopped() {
		err := im.hooks.Write(ctx, items, im.dry)
		var refused *ImportRowError
		if err == nil {
			im.done(items)
			break
		}
		if !errors.As(err, &refused) || refused.Item < 0 || refused.Item >= len(items) {
			return err
		}
		bad := refused.Item
		im.failed(items[bad].Row, lines[bad], refused.Errors)
		if bad > 0 && !im.stopped() {
			if err := im.before(ctx, items[:bad]); err != nil {
				return err
			}
		}
		items, lines = items[bad+1:], lines[bad+1:]
	}
	if im.hooks.Progress != nil {
		im.hooks.Progress(im.report)
	}
	return nil
}

// before writes the items before a refused one. They were good a moment ago; one that no longer is ends the import.
func (im *importer) before(ctx context.Context, items []ImportItem) error {
	err := im.hooks.Write(ctx, items, im.dry)
	if err == nil {
		im.done(items)
	}
	return err
}

func (im *importer) done(items []ImportItem) {
	for _, item := range items {
		if item.Key.IsNull() {
			im.report.Created++
		} else {
			im.report.Updated++
		}
	}
}
