package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/transfer"
)

func copyCommand() *cobra.Command {
	var from, to, data, project string
	cmd := &cobra.Command{
		Use: "copy --from PLACE --to PLACE", Short: "Copy a stopped project between SQLite and PostgreSQL", Args: noArgs,
		Long: "Copies everything from one database into another, empty one: records, users, tokens, files, history and the\n" +
			"migrations applied. A place is a data folder, which holds SQLite, or the address of a PostgreSQL database, whose\n" +
			"files are in the folder --data. Every table is counted and compared before anything is kept.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" || to == "" {
				return fmt.Errorf("%w: copy needs --from and --to, each a data folder or the address of a PostgreSQL database", errUsage)
			}
			a, b := placeOf(from, data), placeOf(to, data)
			if a.Dir == b.Dir && a.Database == b.Database {
				return fmt.Errorf("%w: --from and --to are the same place", errUsage)
			}
			return copyProject(cmd.Context(), cmd.OutOrStdout(), a, b, server.Project{Dir: project}.Migrations())
		},
	}
	f := cmd.Flags()
	f.StringVar(&from, "from", "", "where the project is: a data folder, or postgres://…")
	f.StringVar(&to, "to", "", "where it shall be: an empty data folder, or an empty database as postgres://…")
	f.StringVar(&data, "data", "./data", "data folder for the uploaded files of a PostgreSQL database")
	f.StringVar(&project, "project", ".", "project folder: schema.json and migrations/")
	return cmd
}

// placeOf returns how the store at a place is opened.
func placeOf(text, data string) store.Options {
	if strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://") {
		return store.Options{Dir: filepath.Clean(data), Database: text}
	}
	return store.Options{Dir: filepath.Clean(text)}
}

func copyProject(ctx context.Context, w io.Writer, from, to store.Options, migrations string) (err error) {
	if _, err := os.Stat(filepath.Join(from.Dir, "couplet.db")); from.Database == "" && err != nil {
		return fmt.Errorf("there is no database in %s", from.Dir)
	}
	source, err := store.Open(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	if from.Dir == to.Dir {
		to.Beside = source
	}
	target, err := store.Open(ctx, to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	n := int64(0)
	err = transfer.Copy(ctx, source, target, transfer.Options{Migrations: migrations, Report: func(t transfer.Table) {
		n += t.Rows
		fmt.Fprintf(w, "%-28s %9d rows, the same checksum\n", t.Name, t.Rows)
	}})
	if err != nil {
		return err
	}
	files := 0
	if from.Dir != to.Dir {
		if files, err = transfer.Files(ctx, source.Files.Root(), target.Files.Root()); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "copied %d rows and %d files; the original is as it was\n", n, files)
	return nil
}
