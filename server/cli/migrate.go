package cli

import (
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/migrate"
)

func migrateCommand() *cobra.Command {
	return group("migrate", "Run the files in migrations/", migrateStatus(), migrateUp(), migrateDown(), migrateNew())
}

func migrateStatus() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "status", Short: "List the migrations and which of them are applied", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(pr server.Project) error {
				list, err := pr.Store.Migrations(pr.Migrations()).Status(cmd.Context())
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				if len(list) == 0 {
					fmt.Fprintln(cmd.OutOrStdout(), "No migrations yet: 'couplet schema apply' writes the first one.")
				}
				for _, e := range list {
					at := ""
					if !e.At.IsZero() {
						at = e.At.Format(time.RFC3339)
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.Name, e.State, at, say(errors.New(e.Problem)))
				}
				return w.Flush()
			})
		},
	}
	p.flags(cmd)
	return cmd
}

func migrateUp() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "up", Short: "Apply the migrations that wait", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(pr server.Project) error {
				done, err := pr.Store.Migrations(pr.Migrations()).Up(cmd.Context())
				for _, name := range done {
					fmt.Fprintln(cmd.OutOrStdout(), "applied", name)
				}
				if err == nil && len(done) == 0 {
					fmt.Fprintln(cmd.OutOrStdout(), "Nothing to do.")
				}
				return err
			})
		},
	}
	p.flags(cmd)
	return cmd
}

func migrateDown() *cobra.Command {
	var p place
	var hash string
	cmd := &cobra.Command{
		Use: "down [N]", Short: "Undo the last migration, or the last N", Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n := 1
			if len(args) == 1 {
				var err error
				if n, err = strconv.Atoi(args[0]); err != nil || n < 1 {
					return fmt.Errorf("%w: %q is not a number of migrations", errUsage, args[0])
				}
			}
			return p.existing(cmd.Context(), func(pr server.Project) error {
				done, err := pr.Down(cmd.Context(), n, migrate.Consent{Hash: hash})
				for _, name := range done {
					fmt.Fprintln(cmd.OutOrStdout(), "undid", name)
				}
				return askConsent(cmd.OutOrStdout(), hash, err)
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&hash, "consent", "", "agree to the destructive plan with this hash")
	return cmd
}

func migrateNew() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "new NAME", Short: "Write an empty migration to fill in by hand", Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pr server.Project) error {
				paths, err := pr.Store.Migrations(pr.Migrations()).New(cmd.Context(), args[0])
				for _, path := range paths {
					fmt.Fprintln(cmd.OutOrStdout(), "wrote", path)
				}
				return err
			})
		},
	}
	p.flags(cmd)
	return cmd
}
