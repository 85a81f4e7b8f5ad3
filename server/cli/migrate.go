package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

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
			return listMigrations.perform(cmd.Context(), &p, none{}, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	return cmd
}

var listMigrations = newOperation("migrate status", needs{project: true}, func(ctx context.Context, w *work, _ none) error {
	list, err := w.Store.Migrations(w.Migrations()).Status(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	if len(list) == 0 {
		fmt.Fprintln(w.out, "No migrations yet: 'couplet schema apply' writes the first one.")
	}
	for _, e := range list {
		at := ""
		if !e.At.IsZero() {
			at = e.At.Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", e.Name, e.State, at, say(errors.New(e.Problem)))
	}
	return table.Flush()
})

func migrateUp() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "up", Short: "Apply the migrations that wait", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runMigrations.perform(cmd.Context(), &p, none{}, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	return cmd
}

var runMigrations = newOperation("migrate up", needs{project: true}, func(ctx context.Context, w *work, _ none) error {
	done, err := w.Store.Up(ctx, w.Migrations())
	for _, name := range done {
		fmt.Fprintln(w.out, "applied", name)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintln(w.out, "Nothing to do.")
	}
	return err
})

func migrateDown() *cobra.Command {
	var p place
	var r downRequest
	cmd := &cobra.Command{
		Use: "down [N]", Short: "Undo the last migration, or the last N", Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.N = 1
			if len(args) == 1 {
				var err error
				if r.N, err = strconv.Atoi(args[0]); err != nil || r.N < 1 {
					return fmt.Errorf("%w: %q is not a number of migrations", errUsage, args[0])
				}
			}
			return undoMigrations.perform(cmd.Context(), &p, r, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&r.Consent, "consent", "", "agree to the destructive plan with this hash")
	return cmd
}

type downRequest struct {
	N       int
	Consent string // the hash of a destructive plan
}

var undoMigrations = newOperation("migrate down", needs{tables: true, project: true}, func(ctx context.Context, w *work, r downRequest) error {
	done, err := w.Down(ctx, r.N, migrate.Consent{Hash: r.Consent})
	for _, name := range done {
		fmt.Fprintln(w.out, "undid", name)
	}
	return askConsent(w.out, r.Consent, err)
})

func migrateNew() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "new NAME", Short: "Write an empty migration to fill in by hand", Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return newMigration.perform(cmd.Context(), &p, args[0], nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	return cmd
}

var newMigration = newOperation("migrate new", needs{project: true}, func(ctx context.Context, w *work, name string) error {
	paths, err := w.Store.Migrations(w.Migrations()).New(ctx, name)
	for _, path := range paths {
		fmt.Fprintln(w.out, "wrote", path)
	}
	return err
})
