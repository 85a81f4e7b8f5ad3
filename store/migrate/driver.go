package migrate

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/golang-migrate/migrate/v4/database"
	"github.com/google/uuid"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// driver is golang-migrate's database over one connection. A version is one transaction, begun by SetVersion(v, true)
// and committed by SetVersion(v, false) together with its row; whatever fails between leaves everything as it was.
// SQLite's foreign keys are off meanwhile, which only counts outside a transaction, and are checked before the commit.
type driver struct {
	conn     db.Conn
	dialect  sqlb.Dialect
	versions versions
	log      logged
	now      func() time.Time
	watch    Watch
	current  int
	begun    bool
	script   string
}

var _ database.Driver = (*driver)(nil)

func (d *driver) Open(string) (database.Driver, error) { return d, nil }

func (d *driver) Close() error { return nil }

// Lock does nothing: the connection is held by one caller at a time, the folder by one process, and PostgreSQL's lock
// belongs into the transaction.
func (d *driver) Lock() error { return nil }

// Unlock undoes what an error left open.
func (d *driver) Unlock() error {
	if !d.begun {
		return nil
	}
	d.begun = false
	_, err := d.conn.Exec("ROLLBACK")
	return errors.Join(err, d.keys(true))
}

func (d *driver) keys(on bool) error {
	sql := engineOf(d.dialect).keys(on)
	if sql == "" {
		return nil
	}
	return d.conn.Script(sql)
}

// Version implements database.Driver. A version is never dirty: it was committed, or it was not.
func (d *driver) Version() (int, bool, error) {
	version := database.NilVersion
	err := d.conn.Query("SELECT max(version) FROM couplet_migrations", nil, func(r db.Row) error {
		if !r.IsNull(0) {
			version = int(r.Int(0))
		}
		return nil
	})
	d.current = version
	return version, false, err
}

// SetVersion implements database.Driver.
func (d *driver) SetVersion(version int, dirty bool) error {
	if dirty {
		return d.begin()
	}
	if err := d.finish(version); err != nil {
		return errors.Join(err, d.Unlock())
	}
	d.begun = false
	return d.keys(true)
}

func (d *driver) begin() error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	d.log.changeset, d.script = id.String(), ""
	if err := d.keys(false); err != nil {
		return err
	}
	if err := d.conn.Script(d.dialect.BeginWrite()); err != nil {
		return errors.Join(err, d.keys(true))
	}
	d.begun = true
	if turn := d.dialect.WaitForTurn(); turn != "" {
		return d.conn.Query(turn, nil, func(db.Row) error { return nil })
	}
	return nil
}

// Run implements database.Driver.
func (d *driver) Run(in io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(in, maxFile))
	if err != nil {
		return err
	}
	d.script = string(text)
	err = refused(d.script)
	if err == nil {
		err = d.run(withoutEnd(d.script))
	}
	if err != nil {
		return errors.Join(err, d.Unlock())
	}
	return nil
}

// run runs a script, statement by statement.
func (d *driver) run(script string) error {
	all := statements(script)
	for i, one := range all {
		if err := d.tell(i, len(all)); err != nil {
			return err
		}
		if err := d.conn.Script(one); err != nil {
			return err
		}
	}
	return d.tell(len(all), len(all))
}

// tell says how many statements have been run; the check of the foreign keys is one more.
func (d *driver) tell(done, statements int) error {
	if d.watch == nil {
		return nil
	}
	return d.watch(int64(done), int64(statements)+1)
}

// finish writes the version's row and what the change log says of it, checks the foreign keys and commits.
func (d *driver) finish(version int) error {
	undone := d.current
	before, err := currentDocument(d.conn)
	if err != nil {
		return err
	}
	if version > d.current {
		if err := d.insert(version); err != nil {
			return err
		}
	} else if _, err := d.conn.Exec("DELETE FROM couplet_migrations WHERE version = $1", sqlb.I(int64(undone))); err != nil {
		return err
	}
	if err := d.record(max(version, undone), before); err != nil {
		return err
	}
	if err := engineOf(d.dialect).checkKeys(d.conn); err != nil {
		return err
	}
	_, err = d.conn.Exec("COMMIT")
	d.current = version
	return err
}

func (d *driver) insert(version int) error {
	i := d.versions.at(uint(version))
	if i < 0 {
		return fmt.Errorf("migrate: version %d is not known", version)
	}
	return d.versions[i].insert(d.conn, d.now())
}

// insert writes the row of a version that was applied.
func (m *migration) insert(conn db.Conn, at time.Time) error {
	document := sqlb.Arg{Type: sqlb.TextType}
	if m.document != "" {
		document = sqlb.T(m.document)
	}
	_, err := conn.Exec("INSERT INTO couplet_migrations (version, name, up, down, checksum, document, applied_at)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7)", sqlb.I(int64(m.version)), sqlb.T(m.name), sqlb.T(m.up), sqlb.T(m.down),
		sqlb.T(m.checksum()), document, sqlb.I(at.UnixMicro()))
	return err
}

// Drop is not offered: a database is dropped by deleting its file.
func (d *driver) Drop() error { return errors.ErrUnsupported }
