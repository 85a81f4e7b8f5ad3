package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// staged are files that wait for the commit under temporary names.
type staged []string

// stage writes texts, by path, under temporary names and makes them durable.
func stage(texts map[string]string) (staged, error) {
	var out staged
	for path, text := range texts {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return out, errors.Join(fmt.Errorf("migrate: %w", err), out.discard())
		}
		out = append(out, path)
		if err := writeDurably(path+temporary, text); err != nil {
			return out, errors.Join(fmt.Errorf("migrate: %w", err), out.discard())
		}
	}
	return out, nil
}

func writeDurably(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// publish gives the files their names. What fails here is done at the next start.
func (s staged) publish() error {
	var err error
	for _, path := range s {
		err = errors.Join(err, os.Rename(path+temporary, path))
	}
	for _, path := range s {
		err = errors.Join(err, syncFolder(filepath.Dir(path)))
	}
	if err != nil {
		return fmt.Errorf("migrate: applied, but its files keep their temporary names until the next start: %w", err)
	}
	return nil
}

func (s staged) discard() error {
	var err error
	for _, path := range s {
		if e := os.Remove(path + temporary); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// syncFolder makes renames durable; Windows has no such call and needs none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// recover finishes what a crash left: temporary files of an applied version get their names, all others go.
func (f folder) recover(applied func(version int) bool) error {
	if f == "" {
		return nil
	}
	paths := []string{string(f)}
	for _, d := range dialects {
		paths = append(paths, f.engine(d))
	}
	for _, path := range paths {
		entries, err := os.ReadDir(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		for _, e := range entries {
			final, ok := strings.CutSuffix(e.Name(), temporary)
			version, _, _, ours := parseName(final)
			if !ok || !ours {
				continue
			}
			from := filepath.Join(path, e.Name())
			if applied(version) {
				err = os.Rename(from, filepath.Join(path, final))
			} else {
				err = os.Remove(from)
			}
			if err != nil {
				return fmt.Errorf("migrate: %w", err)
			}
		}
	}
	return nil
}

// verify holds files and applied versions against each other: an applied file must not have changed, and a file that
// is not applied must be newer than all that are.
func verify(files, applied []*migration, checksums map[int]string) (pending []*migration, err error) {
	last := 0
	for _, a := range applied {
		last = max(last, a.version)
	}
	for _, f := range files {
		at := slices.IndexFunc(applied, func(a *migration) bool { return a.version == f.version })
		switch {
		case at >= 0 && applied[at].name != f.name:
			err = errors.Join(err, &FileError{f.id(), "has the number of " + applied[at].id() + ", which was applied: give it a newer one"})
		case at >= 0 && checksums[f.version] != f.checksum():
			err = errors.Join(err, &FileError{f.id(), "was changed after it was applied: put it back, and write a new migration"})
		case at < 0 && f.version < last:
			err = errors.Join(err, &FileError{f.id(), "was not applied and is older than what was: give it a newer number"})
		case at < 0:
			pending = append(pending, f)
		}
	}
	return pending, err
}
