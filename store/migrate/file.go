package migrate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/sqlb"
)

// A project's migrations folder has a golang-migrate pair for each version and engine, sqlite/0003_add_price.up.sql
// and .down.sql, and beside the engines' folders the document that the version leads to, 0003_add_price.schema.json.

// migration is one version: its texts for the engine at hand, and the document it leads to.
type migration struct {
	version  int
	name     string // without the number
	up, down string
	document string // "" where it is not known, or stays as it was
}

// id is the name of a version as its files have it.
func (m *migration) id() string { return fmt.Sprintf("%04d_%s", m.version, m.name) }

func (m *migration) checksum() string {
	sum := sha256.Sum256([]byte(m.up + "\x00" + m.down))
	return hex.EncodeToString(sum[:])
}

const (
	temporary   = ".tmp"
	maxFile     = 64 << 20
	maxVersion  = 1 << 40
	maxFileName = 100
)

var (
	filePattern = regexp.MustCompile(`^([0-9]+)_([A-Za-z0-9_.-]*)\.(up\.sql|down\.sql|schema\.json)$`)
	namePattern = regexp.MustCompile(`[^a-z0-9]+`)
)

// fileName makes a text fit for a file's name.
func fileName(s string) string {
	s = strings.Trim(namePattern.ReplaceAllString(strings.ToLower(s), "_"), "_")
	if len(s) > maxFileName {
		s = strings.Trim(s[:maxFileName], "_")
	}
	if s == "" {
		return "change"
	}
	return s
}

// folder is a project's migrations folder; "" is none.
type folder string

func (f folder) engine(d sqlb.Dialect) string { return filepath.Join(string(f), d.String()) }

// read returns the versions there are for an engine, in order.
func (f folder) read(d sqlb.Dialect) ([]*migration, error) {
	if f == "" {
		return nil, nil
	}
	by := map[int]*migration{}
	if err := f.readInto(by, f.engine(d)); err != nil {
		return nil, err
	}
	if err := f.readInto(by, string(f)); err != nil {
		return nil, err
	}
	var out []*migration
	for _, m := range by {
		if m.up != "" || m.down != "" {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b *migration) int { return cmp.Compare(a.version, b.version) })
	return out, nil
}

func (f folder) readInto(by map[int]*migration, path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, e := range entries {
		version, name, kind, ok := parseName(e.Name())
		if !ok || e.IsDir() {
			continue
		}
		text, err := readFile(filepath.Join(path, e.Name()))
		if err != nil {
			return err
		}
		m := by[version]
		if m == nil {
			m = &migration{version: version, name: name}
			by[version] = m
		}
		if m.name != name {
			return &FileError{e.Name(), "has the same number as " + m.id() + ": give it another"}
		}
		switch kind {
		case "up.sql":
			m.up = text
		case "down.sql":
			m.down = text
		default:
			m.document = text
		}
	}
	return nil
}

func parseName(s string) (version int, name, kind string, ok bool) {
	m := filePattern.FindStringSubmatch(s)
	if m == nil {
		return 0, "", "", false
	}
	version, err := strconv.Atoi(m[1])
	return version, m[2], m[3], err == nil && version > 0 && version < maxVersion
}

func readFile(path string) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	if len(text) > maxFile {
		return "", &FileError{filepath.Base(path), "is larger than 64 MB"}
	}
	return string(text), nil
}

// paths returns where a version's files belong, by kind.
func (f folder) paths(m *migration, d sqlb.Dialect) (up, down string) {
	base := filepath.Join(f.engine(d), m.id())
	return base + ".up.sql", base + ".down.sql"
}

func (f folder) documentPath(m *migration) string {
	return filepath.Join(string(f), m.id()+".schema.json")
}
