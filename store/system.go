package store

import (
	"embed"
	"io/fs"
	"sort"

	"github.com/couplet/couplet/store/db"
)

//go:embed system/*.sql
var systemFiles embed.FS

// createSystemTables makes Couplet's own tables where they are not there.
func createSystemTables(c db.Conn) error {
	names, err := fs.Glob(systemFiles, "system/*.sql")
	if err != nil {
		return err
	}
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
