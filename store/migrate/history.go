package migrate

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Version is a version with all that is known of it.
type Version struct {
	Entry
	Up, Down  string
	Files     []string // there are in the folder, of both engines, as paths from beside it: "migrations/sqlite/0003_add_price.up.sql"
	Changeset string   // which the change log knows it by; "" where it changed no document, was the first, or has left the log
	Actor     string   // key of the user who applied it; "" the command line, or not known
	Cause     string
}

// History lists every version as Status does, the latest first, with its texts, its files and who applied it.
func (r *Runner) History(ctx context.Context) ([]Version, error) {
	list, err := r.Status(ctx)
	if err != nil {
		return nil, err
	}
	var out []Version
	err = r.with(ctx, false, func(s *state) error {
		for _, e := range slices.Backward(list) {
			v := Version{Entry: e}
			for _, m := range slices.Concat(s.applied, s.files) {
				if m.version == e.Version {
					v.Up, v.Down = m.up, m.down
					v.Files, err = r.filesOf(m)
					break
				}
			}
			if err == nil && !e.At.IsZero() {
				err = v.findChange(s)
			}
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// findChange finds what the change log says of a version: its own row is the first one since it was applied, later
// ones tell of documents that touched no table.
func (v *Version) findChange(s *state) error {
	exists, err := HasTable(s.conn, s.dialect, "couplet_changes")
	if err != nil || !exists {
		return err
	}
	return s.conn.Query("SELECT changeset, actor, cause FROM couplet_changes WHERE collection = '' AND key = $1 AND op = $2 AND at >= $3 "+
		"ORDER BY at, seq LIMIT 1", []sqlb.Arg{sqlb.T(v.Name), sqlb.T(OpSchema), sqlb.I(v.At.UnixMicro())}, func(r db.Row) error {
		v.Changeset, v.Actor, v.Cause = r.Text(0), r.Text(1), r.Text(2)
		return nil
	})
}

// filesOf lists the files of a version that are there.
func (r *Runner) filesOf(m *migration) ([]string, error) {
	if r.Dir == "" {
		return nil, nil
	}
	paths := []string{filepath.Join(r.Dir, m.id()+".schema.json")}
	for _, d := range dialects {
		up, down := folder(r.Dir).paths(m, d)
		paths = append(paths, up, down)
	}
	var there []string
	for _, path := range paths {
		_, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(filepath.Dir(r.Dir), path)
		if err != nil {
			return nil, err
		}
		there = append(there, filepath.ToSlash(name))
	}
	return there, nil
}
