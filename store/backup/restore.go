package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/couplet/couplet/store"
)

// ErrNotEmpty says that a data folder holds something that a restore would replace.
var ErrNotEmpty = errors.New("backup: the data folder is not empty")

// restoring is where a restore unpacks, in the data folder; what an interrupted one left there is deleted.
const restoring = "restoring"

// Restore puts a backup into a data folder, after it has verified every checksum and opened what it unpacked. Whatever
// fails, the folder is as before. What a folder that is not empty holds is replaced only if replace is true, and is
// then kept in the folder aside, "" where nothing was there. Errors: ErrNotEmpty, store.ErrLocked.
func Restore(ctx context.Context, archive, dir string, replace bool) (m *Manifest, aside string, err error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = f.Close() }()
	release, err := store.Lock(dir)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := mayReplace(dir, replace); err != nil {
		return nil, "", err
	}
	work := filepath.Join(dir, restoring)
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(filepath.Join(work, media), 0o700)); err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if m, err = unpack(ctx, f, work); err != nil {
		return nil, "", fmt.Errorf("backup: %s: %w", archive, err)
	}
	if err := open(ctx, work); err != nil {
		return nil, "", fmt.Errorf("backup: %s: %w", archive, err)
	}
	aside = filepath.Join(dir, "replaced-"+time.Now().UTC().Format(nameTime+".000"))
	if err := store.PutInPlace(dir, work, filepath.Base(aside)); err != nil {
		return nil, "", err
	}
	if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
		aside = ""
	}
	return m, aside, nil
}

// Verify reads a backup to its end and holds it against its manifest.
func Verify(ctx context.Context, archive string) (*Manifest, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	m, err := unpack(ctx, f, "")
	if err != nil {
		return nil, fmt.Errorf("backup: %s: %w", archive, err)
	}
	return m, nil
}

// beside are what a data folder may hold that a restore does not touch.
var beside = []string{"couplet.lock", "staged", "backups", restoring, "lost+found"}

func mayReplace(dir string, replace bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil || replace {
		return err
	}
	for _, e := range entries {
		if !slices.Contains(beside, e.Name()) && !strings.HasPrefix(e.Name(), "replaced-") {
			return fmt.Errorf("%w: %s holds %s", ErrNotEmpty, dir, e.Name())
		}
	}
	return nil
}

// unpack reads an archive and verifies it; it writes the files into a folder unless that is "".
func unpack(ctx context.Context, r io.Reader, to string) (*Manifest, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("this is no backup: %w", err)
	}
	t := tar.NewReader(&reader{ctx, z})
	var found []File
	for {
		h, err := t.Next()
		if err != nil {
			return nil, fmt.Errorf("the backup is not whole: it ends without its manifest (%w)", err)
		}
		if h.Name == manifest {
			break
		}
		file, err := unpackFile(t, h, to)
		if err != nil {
			return nil, err
		}
		found = append(found, file)
	}
	m := &Manifest{}
	if err := json.NewDecoder(t).Decode(m); err != nil {
		return nil, fmt.Errorf("the backup's manifest cannot be read: %w", err)
	}
	if _, err := io.Copy(io.Discard, z); err != nil { // the compressed stream has a checksum of its own
		return nil, fmt.Errorf("the backup is damaged: %w", err)
	}
	return m, m.holds(found)
}

func unpackFile(t *tar.Reader, h *tar.Header, to string) (File, error) {
	known := h.Name == database || strings.HasPrefix(h.Name, media+"/")
	if h.Typeflag != tar.TypeReg || !known || !fs.ValidPath(h.Name) || !filepath.IsLocal(filepath.FromSlash(h.Name)) {
		return File{}, fmt.Errorf("this is no backup of Couplet's: it holds %q", h.Name)
	}
	sum, out := sha256.New(), io.WriteCloser(nothing{})
	if to != "" {
		name := filepath.Join(to, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return File{}, err
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return File{}, err
		}
		out = &dated{f, h.ModTime}
	}
	n, err := io.Copy(io.MultiWriter(out, sum), t)
	if err = errors.Join(err, out.Close()); err != nil {
		return File{}, fmt.Errorf("%s: the backup is damaged, or cannot be unpacked: %w", h.Name, err)
	}
	return File{h.Name, n, hex.EncodeToString(sum.Sum(nil))}, nil
}

// dated is a file that is on disk, with a time of its own, when it is closed.
type dated struct {
	*os.File
	at time.Time
}

// Close implements io.Closer.
func (d *dated) Close() error {
	return errors.Join(d.Sync(), d.File.Close(), os.Chtimes(d.Name(), d.at, d.at))
}

type nothing struct{}

func (nothing) Write(b []byte) (int, error) { return len(b), nil }
func (nothing) Close() error                { return nil }

// holds compares what was found in an archive with its manifest.
func (m *Manifest) holds(found []File) error {
	if m.Format != format {
		return fmt.Errorf("the backup has format %d, and this couplet knows %d: restore it with the version that wrote it, %s", m.Format, format, m.Couplet)
	}
	if len(found) == 0 || found[0].Path != database {
		return errors.New("the backup holds no database")
	}
	for i, f := range found {
		if i >= len(m.Files) || m.Files[i] != f {
			return fmt.Errorf("the backup is damaged: %s is not what its manifest says", f.Path)
		}
	}
	if n := len(m.Files) - len(found); n > 0 {
		return fmt.Errorf("the backup is damaged: %d files of its manifest are missing, %s first", n, m.Files[len(found)].Path)
	}
	return nil
}

// open makes sure that the unpacked folder is one that a server can serve.
func open(ctx context.Context, dir string) error {
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	wrong, err := st.Engine().Check(ctx)
	if err = errors.Join(err, st.Close()); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fmt.Errorf("its database is damaged: %s", strings.Join(wrong[:min(3, len(wrong))], "; "))
	}
	for _, name := range []string{"couplet.lock", "staged", path.Base(database) + "-wal", path.Base(database) + "-shm"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}
