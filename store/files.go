package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// Files keeps uploaded files in the data folder's media/. An upload is staged under a temporary name, then renamed
// just before the transaction that names it commits; a name that is there is never written over.
type Files struct {
	media, staged string
}

// mediaDir is the name of the folder of uploaded files in the data folder.
const mediaDir = "media"

// ErrTooLarge says that an upload is larger than it may be.
var ErrTooLarge = errors.New("store: the file is too large")

// ErrFileName says that an upload's name is no name of a file in its folder.
var ErrFileName = errors.New("store: not a usable file name")

func newFiles(dir string) *Files {
	return &Files{media: filepath.Join(dir, mediaDir), staged: filepath.Join(dir, "staged")}
}

// prepare makes the folders and deletes what an earlier process staged and never used.
func (f *Files) prepare() error {
	if err := os.RemoveAll(f.staged); err != nil {
		return fmt.Errorf("store: staged uploads cannot be cleared: %w", err)
	}
	for _, dir := range []string{f.media, f.staged} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}

// Root returns the folder that holds the media.
func (f *Files) Root() string { return f.media }

// Open opens a stored file by its name, a path below the media folder. Names that would leave it do not exist.
func (f *Files) Open(name string) (*os.File, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	root, err := os.OpenRoot(f.media)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	return root.Open(filepath.FromSlash(name))
}

// Size returns the size of a stored file in bytes; ok is false where there is no such file.
func (f *Files) Size(name string) (n int64, ok bool) {
	if !fs.ValidPath(name) {
		return 0, false
	}
	info, err := os.Lstat(filepath.Join(f.media, filepath.FromSlash(name)))
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}

// Upload is a file that has been received and waits for the record that will name it.
type Upload struct {
	Name   string // the file's own name, sanitised by the caller
	Size   int64
	To     string // folder below media: the field's upload_to; may be set until the record is written
	files  *Files
	path   string // of the temporary file
	mu     sync.Mutex
	stored string // the name it was given
	kept   bool   // a commit names it
}

// Stage receives a file of at most limit bytes (0: no limit). Errors: ErrTooLarge, and those of the disk.
func (f *Files) Stage(name string, r io.Reader, limit int64) (*Upload, error) {
	tmp, err := os.CreateTemp(f.staged, "up-*")
	if err != nil {
		return nil, fmt.Errorf("store: an upload cannot be received: %w", err)
	}
	u := &Upload{Name: name, files: f, path: tmp.Name()}
	if limit > 0 {
		r = io.LimitReader(r, limit+1)
	}
	u.Size, err = io.Copy(tmp, r)
	if err == nil && limit > 0 && u.Size > limit {
		err = ErrTooLarge
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		u.Discard()
		return nil, err
	}
	return u, nil
}

// Open opens the staged file for reading.
func (u *Upload) Open() (*os.File, error) { return os.Open(u.path) }

// Again returns another upload of the same file, for a write that may be refused: this one stays as it is.
func (u *Upload) Again() (*Upload, error) {
	to := filepath.Join(u.files.staged, "up-"+rand.Text())
	if err := os.Link(u.path, to); err == nil {
		return &Upload{Name: u.Name, Size: u.Size, files: u.files, path: to}, nil
	}
	f, err := u.Open() // a file system without hard links
	if err != nil {
		return nil, fmt.Errorf("store: an upload cannot be read: %w", err)
	}
	defer func() { _ = f.Close() }()
	return u.files.Stage(u.Name, f, 0)
}

// Kept reports whether a transaction that names the file was committed.
func (u *Upload) Kept() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.kept
}

func (u *Upload) keep() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept = true
}

// Discard deletes an upload that no record names. Where one does it does nothing.
func (u *Upload) Discard() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.kept {
		return
	}
	_ = os.Remove(u.path)
	if u.stored != "" {
		_ = os.Remove(filepath.Join(u.files.media, filepath.FromSlash(u.stored)))
		u.stored = ""
	}
}

// commit gives the file its final name and returns it. A second call returns the same name.
func (u *Upload) commit() (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.stored != "" {
		return u.stored, nil
	}
	if !fileName(u.Name) || u.To != "" && !fs.ValidPath(u.To) {
		return "", fmt.Errorf("%w: %q", ErrFileName, path.Join(u.To, u.Name))
	}
	dir := filepath.Join(u.files.media, filepath.FromSlash(u.To))
	if err := makeDir(u.files.media, dir); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	name := u.Name
	for range 100 {
		err := move(u.path, filepath.Join(dir, name))
		if err == nil {
			u.stored = path.Join(u.To, name)
			return u.stored, syncDir(dir)
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("store: an upload cannot be kept: %w", err)
		}
		name = alternative(u.Name)
	}
	return "", fmt.Errorf("store: no free name for %q", u.Name)
}

// fileName reports whether a name is that of a file in a folder, and of no other place, on any system.
func fileName(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.ContainsAny(name, "/\\\x00")
}

// makeDir makes a folder below root, durably.
func makeDir(root, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for dir != root {
		dir = filepath.Dir(dir)
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// move renames a file and fails with fs.ErrExist where the new name is taken.
func move(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // a file system without hard links
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Rename(from, to))
}

// syncDir makes a rename in a folder durable. Systems that cannot sync a folder keep renames in order themselves.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// alternative adds an underscore and seven characters to a name's stem, as Django's get_alternative_name does.
func alternative(name string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "_" + rand.Text()[:7] + ext
}
