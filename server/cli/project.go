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

// with opens the data folder and runs fn. Nobody else may use the folder meanwhile: a running server must be stopped.
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

// withFile is with, for what is about schema.json: that is looked at before anything is opened.
func (p *place) withFile(ctx context.Context, fn func(server.Project) error) error {
	if _, err := (server.Project{Dir: p.project}).Check(); err != nil {
		return err
	}
	return p.with(ctx, fn)
}

// readOnly opens the data folder and the database for reading and runs fn, also while a server serves them.
func (p *place) readOnly(ctx context.Context, fn func(server.Project) error) error {
	if err := p.hasDatabase(); err != nil {
		return err
	}
	return p.open(ctx, true, fn)
}

// hasDatabase refuses a data folder without a database, where it should have one.
func (p *place) hasDatabase() error {
	database, err := databaseOf(p.database)
	if err != nil || database != "" {
		return err
	}
	if _, err := os.Stat(filepath.Join(p.data, "couplet.db")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database in %s; give its folder with --data", p.data)
	}
	return nil
}

// at names the database in messages.
func (p *place) at() string {
	if database, _ := databaseOf(p.database); database != "" {
		return "PostgreSQL"
	}
	return p.data
}

// existing is with, for what makes no sense without a database.
func (p *place) existing(ctx context.Context, fn func(server.Project) error) error {
	if err := p.hasDatabase(); err != nil {
		return err
	}
	return p.with(ctx, func(pr server.Project) error {
		empty, err := pr.Store.Empty(ctx)
		if err == nil && empty {
			err = fmt.Errorf("the database in %s is still empty; 'couplet schema apply' makes its tables", p.at())
		}
		if err != nil {
			return err
		}
		return fn(pr)
	})
}

// ready is with, after schema.json has been applied to a database that is still empty.
func (p *place) ready(ctx context.Context, fn func(server.Project) error) error {
	return p.with(ctx, func(pr server.Project) error {
		empty, err := pr.Store.Empty(ctx)
		if err == nil && empty {
			_, err = pr.Apply(ctx, noConsent)
		}
		if err != nil {
			return err
		}
		return fn(pr)
	})
}
