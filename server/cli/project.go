package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/control"
	"github.com/couplet/couplet/store"
)

// place is where a command works: the folders and the database that every command takes.
type place struct{ data, project, database string }

// flags adds them to a command.
func (p *place) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.database, "database", "", databaseUsage)
	cmd.Flags().StringVar(&p.data, "data", "./data", "data folder: database and uploaded files")
	cmd.Flags().StringVar(&p.project, "project", ".", "project folder: schema.json and migrations/")
	completeFolders(cmd, "data", "project")
}

// with opens the data folder and runs fn. Nobody else may have the folder open: see store.ErrLocked.
func (p *place) with(ctx context.Context, fn func(server.Project) error) error {
	return p.open(ctx, false, fn)
}

func (p *place) open(ctx context.Context, readOnly bool, fn func(server.Project) error) error {
	database, err := databaseOf(p.database)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{Dir: p.data, Database: database, ReadOnly: readOnly})
	if err != nil {
		return err
	}
	return errors.Join(fn(server.Project{Dir: p.project, Store: st}), st.Close())
}

// checkFile reports every mistake in schema.json, for what is about that: before anything is opened.
func (p *place) checkFile() error {
	_, err := (server.Project{Dir: p.project}).Check()
	return err
}

// readOnly opens the data folder and the database for reading and runs fn, also while a server serves them.
func (p *place) readOnly(ctx context.Context, fn func(server.Project) error) error {
	if err := p.hasDatabase(); err != nil {
		return err
	}
	return p.open(ctx, true, fn)
}

// hasDatabase refuses a data folder that nobody has made: one that is mistyped shall not be made either.
func (p *place) hasDatabase() error {
	database, err := databaseOf(p.database)
	if err != nil || database != "" || control.Served(p.data) {
		return err
	}
	if _, err := os.Stat(filepath.Join(p.data, "couplet.db")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database in %s; give its folder with --data", p.data)
	}
	return nil
}
