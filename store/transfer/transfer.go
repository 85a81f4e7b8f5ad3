// Package transfer copies a project from one engine to another: its tables, users, tokens, history and migrations, in
// one transaction that is committed only when every table at the far end has the same number of rows and the same
// checksum. It may import store and below.
package transfer

import (
	"context"
	"errors"
	"fmt"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/sqlb"
)

// Options say how a project is copied.
type Options struct {
	Migrations string      // the project's migrations folder, whose files for the other engine are taken; "" for none
	Report     func(Table) // called for each table when it has been copied and compared
}

// Table is what was copied of one table.
type Table struct {
	Name       string
	Rows       int64
	Number, Of int // it is the first, the second, … of so many
}

// Errors of Copy.
var (
	// ErrNotEmpty says that the target holds a project already.
	ErrNotEmpty = errors.New("the target holds a project already; copy into an empty database")
	// ErrDiffers says that a table came out other than it was; nothing was kept of the copy.
	ErrDiffers = errors.New("the copy differs from the original")
	// ErrForeign says that the schema has tables that others own.
	ErrForeign = errors.New("tables that are not Couplet's are not copied: make them at the target first")
)

// Copy copies everything but files from one store to an empty one, which is opened anew to be used. Nobody else uses
// either store meanwhile. An error leaves the target empty.
func Copy(ctx context.Context, from, to *store.Store, o Options) error {
	if empty, err := to.Empty(ctx); err != nil || !empty {
		return errors.Join(err, ErrNotEmpty)
	}
	d := to.Engine().Dialect()
	return from.Engine().Read(ctx, func(source db.Conn) error {
		return to.Engine().Exclusive(ctx, func(target db.Conn) error {
			c := &copier{
				ctx: ctx, source: source, target: target, options: o,
				from: from.Engine().Dialect(), to: d, tables: append(systemTables(), projectTables(from.Schema())...),
			}
			if err := target.Script(d.BeginWrite()); err != nil {
				return err
			}
			if err := c.run(from); err != nil {
				_, undo := target.Exec("ROLLBACK")
				return errors.Join(err, undo)
			}
			_, err := target.Exec("COMMIT")
			return err
		})
	})
}

type copier struct {
	ctx            context.Context
	source, target db.Conn
	from, to       sqlb.Dialect
	options        Options
	tables         []*table
}

func (c *copier) run(from *store.Store) error {
	if _, err := c.target.Exec(c.to.DeferForeignKeys()); err != nil {
		return err
	}
	if err := c.adopted(from); err != nil {
		return err
	}
	if err := migrate.Transplant(c.source, c.target, c.to, c.options.Migrations); err != nil {
		return err
	}
	if err := c.target.Script(joined(migrate.CreateAll(from.Schema(), c.to))); err != nil {
		return err
	}
	for i, t := range c.tables {
		rows, err := c.copy(t)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		if c.options.Report != nil {
			c.options.Report(Table{t.name, rows, i + 1, len(c.tables)})
		}
	}
	return nil
}

// adopted refuses a schema whose adopted tables are not at the target: foreign keys may point there.
func (c *copier) adopted(from *store.Store) error {
	for _, coll := range from.Schema().Collections {
		if coll.Owned {
			continue
		}
		found, err := migrate.HasTable(c.target, c.to, coll.Table)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%w: %s", ErrForeign, coll.Table)
		}
	}
	return nil
}

// copy copies a table, holds the two against each other, and makes automatic keys go on where they were. It returns how
// many rows there are.
func (c *copier) copy(t *table) (int64, error) {
	if t.fresh { // what opening the target has put there itself
		if _, err := c.target.Exec("DELETE FROM " + sqlb.Quote(t.name)); err != nil {
			return 0, err
		}
	}
	var was, is sum
	insert := t.insert()
	err := t.rows(c.ctx, c.source, func(args []sqlb.Arg) error {
		was.add(args)
		_, err := c.target.Exec(insert, args...)
		return err
	})
	if err != nil {
		return 0, err
	}
	err = t.rows(c.ctx, c.target, func(args []sqlb.Arg) error {
		is.add(args)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if was != is {
		return 0, fmt.Errorf("%w: %d rows with checksum %s became %d with %s", ErrDiffers, was.rows, was, is.rows, is)
	}
	if t.auto {
		err = c.keys(t)
	}
	return was.rows, err
}

func (c *copier) keys(t *table) error {
	last := int64(0)
	sql, name := c.from.LastKey(t.name)
	err := c.source.Query(sql, []sqlb.Arg{name}, func(r db.Row) error {
		last = r.Int(0)
		return nil
	})
	if err != nil || last == 0 {
		return err
	}
	return c.to.SetLastKey(c.target.Exec, t.name, last)
}
