package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
)

// importFlags are what an import is asked for.
type importFlags struct {
	collection, format, delimiter, existing, new, errors string
	columns                                              map[string]string
	plan                                                 rest.ImportPlan
}

// errImport is an import that rows have refused or that is not whole.
var errImport = errors.New("some rows were refused")

func importCommand() *cobra.Command {
	var p place
	var x importFlags
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Read records from CSV, JSON or NDJSON", Args: takes(1, 1),
		Example: "  couplet import people.csv --collection authors --match email --map \"E-Mail=email\" --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := x.source(args[0])
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			var answer bytes.Buffer
			err = importRecords.perform(cmd.Context(), &p, importRequest{x.collection, x.plan, source}, f, &answer)
			if answer.Len() == 0 {
				return err
			}
			var done importResult
			if failed := json.Unmarshal(answer.Bytes(), &done); failed != nil {
				return errors.Join(err, failed)
			}
			return errors.Join(err, x.tell(cmd.OutOrStdout(), done.Report, done.Group))
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&x.collection, "collection", "", "collection to import into (required)")
	f.StringVar(&x.format, "format", "", "csv, json or ndjson; without it the ending of the file's name or its first bytes tell")
	f.StringVar(&x.delimiter, "delimiter", "", `CSV: what stands between cells: ",", ";", "|" or tab; without it the first line tells`)
	f.StringToStringVar(&x.columns, "map", nil, "COLUMN=FIELD, several: where a column goes; COLUMN= leaves it out")
	f.StringVar(&x.plan.Match, "match", "", "key or unique field that finds a row's record; without it every row is new")
	f.StringVar(&x.existing, "existing", "update", "rows whose record exists: update, skip or error")
	f.StringVar(&x.new, "new", "create", "rows without a record: create, skip or error")
	f.BoolVar(&x.plan.DryRun, "dry-run", false, "check every row and keep nothing")
	f.BoolVar(&x.plan.KeepGoing, "keep-going", false, "write the good rows of a file that has bad ones")
	f.BoolVar(&x.plan.Unguard, "unguard", true, "CSV: take away the apostrophes that an export has put before formulas")
	f.StringVar(&x.errors, "errors", "", "write the rows' errors into this CSV file")
	return cmd
}

var importActions = map[string]rest.ImportAction{
	"update": rest.ActUpdate, "create": rest.ActCreate, "skip": rest.ActSkip, "error": rest.ActRefuse,
}

// source completes the plan and says how the file is read.
func (x *importFlags) source(file string) (rest.ImportSource, error) {
	var known bool
	if x.plan.Existing, known = importActions[x.existing]; !known || x.existing == "create" {
		return rest.ImportSource{}, fmt.Errorf("%w: --existing is update, skip or error, not %q", errUsage, x.existing)
	}
	if x.plan.New, known = importActions[x.new]; !known || x.new == "update" {
		return rest.ImportSource{}, fmt.Errorf("%w: --new is create, skip or error, not %q", errUsage, x.new)
	}
	if x.collection == "" {
		return rest.ImportSource{}, fmt.Errorf("%w: name the collection with --collection", errUsage)
	}
	x.plan.Columns = x.columns
	format, err := formatNamed(x.format, file)
	if err != nil {
		return rest.ImportSource{}, err
	}
	delimiter, err := delimiterNamed(x.delimiter)
	return rest.ImportSource{Format: format, Delimiter: delimiter, Limits: rest.ImportLimits{Bytes: 1 << 40, Rows: 1 << 31}}, err
}

type importRequest struct {
	Collection string
	Plan       rest.ImportPlan
	Source     rest.ImportSource
}

// importResult is what an import answers; Group is the id of what it wrote in the change log.
type importResult struct {
	Report *rest.ImportReport
	Group  string
}

// importRecords imports with every right.
var importRecords = newOperation("import", needs{schema: true}, func(ctx context.Context, w *work, r importRequest) error {
	s, err := fullSerializer(w.Store, r.Collection)
	if err != nil {
		return err
	}
	group, err := uuid.NewV7()
	if err != nil {
		return err
	}
	file, ok := w.in.(io.ReadSeeker)
	if !ok {
		return errors.New("an import reads a file twice, and this cannot be")
	}
	open := func() (*rest.ImportReader, error) {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		return rest.NewImportReader(file, r.Source)
	}
	origin := store.Origin{Scope: access.System(w.Store.State().Policy), Via: "import", Group: group.String()}
	report, err := s.RunImport(ctx, open, r.Plan, s.ImportHooks(w.Store, origin))
	if report != nil {
		err = errors.Join(err, json.NewEncoder(w.out).Encode(importResult{report, group.String()}))
	}
	return err
})

// tell prints what an import has done, and returns errImport where it is not what was asked for.
func (x *importFlags) tell(w io.Writer, r *rest.ImportReport, group string) error {
	for i, p := range r.Errors {
		if i == 20 {
			fmt.Fprintf(w, "… and %d more errors; --errors FILE keeps them\n", len(r.Errors)-i+r.LeftOut)
			break
		}
		fmt.Fprintf(w, "row %d, line %d, %s: %s\n", p.Row, p.Line, p.Field, p.Message)
	}
	if len(r.Ignored) > 0 {
		fmt.Fprintf(w, "columns left out: %s\n", strings.Join(r.Ignored, ", "))
	}
	wrote := !r.DryRun && r.Created+r.Updated > 0
	switch {
	case x.plan.DryRun:
		fmt.Fprintf(w, "dry run: %d rows: would create %d, update %d, skip %d; %d are refused\n", r.Rows, r.Created, r.Updated, r.Skipped, r.Failed)
	case wrote || r.Failed == 0:
		fmt.Fprintf(w, "%d rows: created %d, updated %d, skipped %d, refused %d\n", r.Rows, r.Created, r.Updated, r.Skipped, r.Failed)
	default:
		fmt.Fprintf(w, "%d rows, %d refused: nothing was written\n", r.Rows, r.Failed)
	}
	if wrote {
		fmt.Fprintf(w, "group %s\n", group)
	}
	if x.errors != "" {
		if err := x.keepErrors(r); err != nil {
			return err
		}
	}
	if r.Failed > 0 {
		return errImport
	}
	return nil
}

func (x *importFlags) keepErrors(r *rest.ImportReport) error {
	f, err := os.Create(x.errors)
	if err != nil {
		return err
	}
	return errors.Join(r.WriteErrors(f), f.Close())
}
