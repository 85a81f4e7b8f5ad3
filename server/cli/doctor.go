package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/doctor"
)

func doctorCommand() *cobra.Command {
	var p place
	var asJSON bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Look the data folder over, also while the server serves: what is wrong, and what to do", Args: noArgs,
		Long: "Checks the database's integrity, the tables against the schema, the migrations, the files of records, the signing keys,\n" +
			"the folder's permissions, the clock and the disk. The exit code is 1 where there is an error; warnings leave it at 0.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.readOnly(cmd.Context(), func(pr server.Project) error {
				report, err := doctor.Examine(cmd.Context(), pr.Store, migrationsIn(pr), nil)
				if err != nil {
					return err
				}
				if err := printReport(cmd.OutOrStdout(), report, asJSON); err != nil {
					return err
				}
				if n := report.Errors(); n > 0 {
					return fmt.Errorf("the doctor found %d errors in %s", n, p.data)
				}
				return nil
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

// migrationsIn is the project's folder of migrations, "" where there is none.
func migrationsIn(pr server.Project) string {
	if _, err := os.Stat(filepath.Clean(pr.Migrations())); err != nil {
		return ""
	}
	return pr.Migrations()
}

func printReport(w io.Writer, r *doctor.Report, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Findings {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Level, f.Check, f.Message)
		if f.Advice != "" {
			fmt.Fprintf(t, "\t\t  %s\n", f.Advice)
		}
	}
	return t.Flush()
}
