package migrate

import (
	"slices"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Transplant writes the versions that one database has applied into another one, whose engine has texts of its own for
// them: those of the files in dir ("" for none), and where there are none, those that the documents lead to. A
// hand-written version without a file for that engine has no way back there.
func Transplant(from, to db.Conn, d sqlb.Dialect, dir string) error {
	s := &state{conn: from, at: map[int]time.Time{}, sums: map[int]string{}}
	if err := s.load(); err != nil {
		return err
	}
	files, err := folder(dir).read(d)
	if err != nil {
		return err
	}
	before := ""
	for _, m := range s.applied {
		twin, err := twinOf(m, before, files, d)
		if err != nil {
			return err
		}
		if err := twin.insert(to, s.at[m.version]); err != nil {
			return err
		}
		before = m.document
	}
	return nil
}

// twinOf returns a version as an engine has it.
func twinOf(m *migration, before string, files []*migration, d sqlb.Dialect) (*migration, error) {
	if i := slices.IndexFunc(files, func(f *migration) bool { return f.version == m.version && f.name == m.name }); i >= 0 {
		return &migration{m.version, m.name, files[i].up, files[i].down, m.document}, nil
	}
	twin := &migration{version: m.version, name: m.name, document: m.document}
	if before == m.document || m.document == "" {
		return twin, nil
	}
	from, err := parsed(before)
	if err != nil {
		return nil, err
	}
	to, err := parsed(m.document)
	if err != nil {
		return nil, err
	}
	twin.up, twin.down = between(d, from, to)
	return twin, nil
}

// parsed reads a stored document; "" is none.
func parsed(document string) (*schema.Schema, error) {
	if document == "" {
		return nil, nil
	}
	s, problems := schema.Parse([]byte(document))
	return s, problems.Err()
}
