package migrate

import (
	"io"
	"io/fs"
	"strings"

	"github.com/golang-migrate/migrate/v4/source"
)

// versions is golang-migrate's source over migrations in memory, in order: what was checked is what runs.
type versions []*migration

var _ source.Driver = versions(nil)

func (v versions) Open(string) (source.Driver, error) { return v, nil }

func (v versions) Close() error { return nil }

func (v versions) First() (uint, error) {
	if len(v) == 0 {
		return 0, fs.ErrNotExist
	}
	return uint(v[0].version), nil
}

func (v versions) at(version uint) int {
	for i, m := range v {
		if uint(m.version) == version {
			return i
		}
	}
	return -1
}

func (v versions) Prev(version uint) (uint, error) {
	if i := v.at(version); i > 0 {
		return uint(v[i-1].version), nil
	}
	return 0, fs.ErrNotExist
}

func (v versions) Next(version uint) (uint, error) {
	if i := v.at(version); i >= 0 && i+1 < len(v) {
		return uint(v[i+1].version), nil
	}
	return 0, fs.ErrNotExist
}

func (v versions) ReadUp(version uint) (io.ReadCloser, string, error) {
	return v.open(version, func(m *migration) string { return m.up })
}

func (v versions) ReadDown(version uint) (io.ReadCloser, string, error) {
	return v.open(version, func(m *migration) string { return m.down })
}

func (v versions) open(version uint, text func(*migration) string) (io.ReadCloser, string, error) {
	i := v.at(version)
	if i < 0 {
		return nil, "", fs.ErrNotExist
	}
	return io.NopCloser(strings.NewReader(text(v[i]))), v[i].name, nil
}
