package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/postgres"
	"github.com/couplet/couplet/store/db/sqlite"
)

// openEngine opens the engine that the options ask for.
func openEngine(ctx context.Context, o Options) (db.Engine, error) {
	if o.Database != "" {
		return openPostgres(ctx, o)
	}
	path := filepath.Join(o.Dir, databaseFile)
	options := sqlite.Options{NoSync: o.NoSync}
	if o.ReadOnly {
		options = sqlite.Options{Readers: 1, ReadOnly: true}
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("store: there is no database in %s: %w", o.Dir, err)
		}
	} else if err := makePrivate(path); err != nil {
		return nil, err
	}
	e, err := sqlite.Open(path, options)
	if err != nil {
		return nil, err // not e: a nil pointer in an interface is not nil
	}
	return e, nil
}

func openPostgres(ctx context.Context, o Options) (db.Engine, error) {
	e, err := postgres.Open(ctx, o.Database, postgres.Options{ReadOnly: o.ReadOnly})
	if errors.Is(err, postgres.ErrInUse) {
		err = fmt.Errorf("%w: %w", ErrLocked, err)
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}
