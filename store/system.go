package store

import (
	"embed"
	"io/fs"
	"sort"

	"github.com/couplet/couplet/store/db"
)

// The files of system/ suit both engines; those of system/sqlite and system/postgres are twins.
//
//go:embed system
var systemFiles embed.FS

// createSystemTables makes Couplet's own tables where they are not there.
func (s *Store) createSystemTables(c db.Conn) error {
	names, err := fs.Glob(systemFiles, "system/*.sql")
	if err != nil {
		return err
	}
	own, err := fs.Glob(systemFiles, "system/"+s.engine.Dialect().String()+"/*.sql")
	if err != nil {
		return err
	}
	names = append(names, own...)
	sort.Strings(names)
	for _, name := range names {
		sql, err := systemFiles.ReadFile(name)
		if err != nil {
			return err
		}
		if err := c.Script(string(sql)); err != nil {
			return err
		}
	}
	return nil
}
