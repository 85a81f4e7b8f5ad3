package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// exportFlags are what an export is asked for.
type exportFlags struct {
	format, delimiter, output string
	bom, guard                bool
}

func exportCommand() *cobra.Command {
	var p place
	var x exportFlags
	cmd := &cobra.Command{
		Use: "export COLLECTION", Short: "Write the records of a collection as CSV, JSON or NDJSON", Args: takes(1, 1),
		Example: "  couplet export articles -o articles.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			opt, err := x.options()
			if err != nil {
				return err
			}
			return dumpTo(cmd, x.output, func(out io.Writer) error {
				return exportRecords.perform(cmd.Context(), &p, exportRequest{args[0], opt}, nil, out)
			})
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&x.format, "format", "", "csv, json or ndjson; without it the ending of the file's name tells, else csv")
	f.StringVar(&x.delimiter, "delimiter", "", `CSV: what stands between cells: ",", ";", "|" or tab`)
	f.BoolVar(&x.bom, "bom", false, "CSV: begin with a byte order mark, for Excel")
	f.BoolVar(&x.guard, "guard", true, "CSV: put an apostrophe before texts that a spreadsheet would run as formulas")
	f.StringVarP(&x.output, "output", "o", "", "file to write; standard output without it")
	return cmd
}

type exportRequest struct {
	Collection string
	Options    rest.ExportOptions
}

var exportRecords = newOperation("export", needs{tables: true}, func(ctx context.Context, w *work, r exportRequest) error {
	s, err := fullSerializer(w.Store, r.Collection)
	if err != nil {
		return err
	}
	r.Options.Columns = s.ExportColumns(nil)
	e := rest.NewExporter(w.out, r.Options)
	list := query.List{Scope: access.System(w.Store.State().Policy)}
	if err := s.Export(ctx, w.Store, list, 0, &rest.RenderContext{Media: "/media/"}, e); err != nil {
		return err
	}
	return e.Close()
})

func (x *exportFlags) options() (rest.ExportOptions, error) {
	format, err := formatNamed(x.format, x.output)
	if err != nil {
		return rest.ExportOptions{}, err
	}
	if format == "" {
		format = rest.FormatCSV
	}
	delimiter, err := delimiterNamed(x.delimiter)
	return rest.ExportOptions{Format: format, Delimiter: delimiter, BOM: x.bom, Guard: x.guard}, err
}

// formatNamed is the format that is asked for, or that the ending of a file's name says; "" where neither does.
func formatNamed(name, file string) (rest.Format, error) {
	if name == "" {
		format, _ := rest.FormatOf(strings.ToLower(strings.TrimPrefix(filepath.Ext(file), ".")))
		return format, nil
	}
	format, known := rest.FormatOf(name)
	if !known {
		return "", fmt.Errorf("%w: there is no format %q: take csv, json or ndjson", errUsage, name)
	}
	return format, nil
}

func delimiterNamed(text string) (byte, error) {
	switch {
	case text == "":
		return 0, nil
	case text == "tab" || text == `\t`:
		return '\t', nil
	case len(text) == 1 && strings.Contains(",;|\t", text):
		return text[0], nil
	}
	return 0, fmt.Errorf(`%w: %q is no delimiter: take ",", ";", "|" or tab`, errUsage, text)
}

// fullSerializer is the face of a collection that shows every field.
func fullSerializer(st *store.Store, collection string) (*rest.Serializer, error) {
	c := st.Schema().Collection(collection)
	if c == nil {
		return nil, fmt.Errorf("%w: there is no collection %q", errUsage, collection)
	}
	return rest.CompileSerializer(schema.FullResource(c).Serializer, &rest.Links{Schema: st.Schema(), Prefix: "/api/"})
}
