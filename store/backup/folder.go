package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/couplet/couplet/store"
)

// Folder is where backups are kept under names with their times.
type Folder string

// FolderOf is where the backups of a data folder are kept unless another place is named.
func FolderOf(data string) Folder { return Folder(filepath.Join(data, "backups")) }

// Info is a backup in a folder.
type Info struct {
	Name   string    `json:"name"`
	Size   int64     `json:"size"`
	MadeAt time.Time `json:"made_at"`
	number int       // among those of one second
}

// A backup's name has its time, UTC, and a number where there are several of one second. Work is done in folders that
// names of backups never match.
const (
	nameTime    = "20060102-150405"
	ending      = ".tar.gz"
	workPattern = ".couplet-backup-*"
	workAge     = 24 * time.Hour // work that is older was left by a process that is no more
)

var names = regexp.MustCompile(`^couplet-(\d{8}-\d{6})(?:-(\d+))?\.tar\.gz$`)

// ErrNotFound says that there is no such backup.
var ErrNotFound = errors.New("backup: there is no such backup")

// List returns the backups, the newest first.
func (f Folder) List() ([]Info, error) {
	entries, err := os.ReadDir(string(f))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("backup: %w", err)
	}
	list := []Info{}
	for _, e := range entries {
		info, ok := parse(e.Name())
		if !ok || !e.Type().IsRegular() {
			continue
		}
		st, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("backup: %w", err)
		}
		info.Size = st.Size()
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b Info) int {
		return cmp.Or(b.MadeAt.Compare(a.MadeAt), cmp.Compare(b.number, a.number))
	})
	return list, nil
}

// parse reads the name of a backup, and reports whether it is one.
func parse(name string) (Info, bool) {
	parts := names.FindStringSubmatch(name)
	if parts == nil {
		return Info{}, false
	}
	at, err := time.Parse(nameTime, parts[1])
	n, _ := strconv.Atoi(parts[2]) // 0 where there is none
	return Info{Name: name, MadeAt: at, number: n}, err == nil
}

// Make takes a backup into the folder, which is made where there is none. watch may be nil.
func (f Folder) Make(ctx context.Context, st *store.Store, watch Watch) (Info, error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return Info{}, fmt.Errorf("backup: %w", err)
	}
	if err := f.sweep(st.Now()); err != nil {
		return Info{}, err
	}
	now := st.Now()
	for n := 1; ; n++ {
		name := "couplet-" + now.Format(nameTime) + ending
		if n > 1 {
			name = fmt.Sprintf("couplet-%s-%d%s", now.Format(nameTime), n, ending)
		}
		to := filepath.Join(string(f), name)
		if _, err := os.Lstat(to); err == nil {
			continue
		}
		_, err := Make(ctx, st, to, watch)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return Info{}, err
		}
		info, err := os.Stat(to)
		if err != nil {
			return Info{}, fmt.Errorf("backup: %w", err)
		}
		return Info{Name: name, Size: info.Size(), MadeAt: now.Truncate(time.Second), number: n}, nil
	}
}

// sweep deletes what a backup left whose process was killed.
func (f Folder) sweep(now time.Time) error {
	left, err := filepath.Glob(filepath.Join(string(f), workPattern))
	if err != nil {
		return err
	}
	for _, path := range left {
		if st, err := os.Lstat(path); err == nil && now.Sub(st.ModTime()) > workAge {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("backup: %w", err)
			}
		}
	}
	return nil
}

// Prune deletes all but the newest keep backups and returns the names of those that it deleted. The one that has just
// been made is the newest, even where the clock was put back.
func (f Folder) Prune(keep int, made string) ([]string, error) {
	list, err := f.List()
	if err != nil || keep < 1 {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Info) int {
		switch made {
		case a.Name:
			return -1
		case b.Name:
			return 1
		}
		return 0
	})
	var gone []string
	for _, info := range list[min(keep, len(list)):] {
		if err := f.Remove(info.Name); err != nil && !errors.Is(err, ErrNotFound) {
			return gone, err
		}
		gone = append(gone, info.Name)
	}
	return gone, nil
}

// Open opens a backup for reading. Error: ErrNotFound.
func (f Folder) Open(name string) (*os.File, error) {
	if _, ok := parse(name); !ok {
		return nil, ErrNotFound
	}
	file, err := os.Open(filepath.Join(string(f), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	return file, err
}

// Remove deletes a backup. Error: ErrNotFound.
func (f Folder) Remove(name string) error {
	if _, ok := parse(name); !ok {
		return ErrNotFound
	}
	err := os.Remove(filepath.Join(string(f), name))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return err
}
