// Package backup takes and restores backups of a data folder. A backup is one file, a tar.gz that any archiver opens:
// couplet.db, the files below media/, and manifest.json, which is last and has the checksum of each. It is taken while
// the store is read and written, from one snapshot of the database: every write acknowledged before it began is in it.
// An archive holds SQLite whatever the engine, so it can be restored anywhere. It may import store/transfer and below.
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
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/transfer"
)

// Names in an archive.
const (
	database = "couplet.db"
	media    = "media"
	manifest = "manifest.json"
)

// format is that of archives. It grows when an older Couplet could not restore what a newer one wrote.
const format = 1

// Manifest says what is in an archive.
type Manifest struct {
	Format  int       `json:"format"`
	MadeAt  time.Time `json:"made_at"` // when the snapshot was taken
	Couplet string    `json:"couplet"` // the version that wrote it
	Schema  string    `json:"schema"`  // hash of the schema document
	Files   []File    `json:"files"`
}

// File is a file of an archive.
type File struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// The phases of a backup, each of which is counted anew.
const (
	Copying = "copying" // the database: bytes
	Tables  = "tables"  // of an engine that is not copied as a file
	Packing = "packing" // the archive: bytes
)

// Watch is told how far a backup is.
type Watch func(phase string, done, total int64)

// Make takes a backup into a new file, which is there whole or not at all. watch may be nil.
func Make(ctx context.Context, st *store.Store, to string, watch Watch) (*Manifest, error) {
	if watch == nil {
		watch = func(string, int64, int64) {}
	}
	work, err := os.MkdirTemp(filepath.Dir(to), workPattern)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	version, _ := store.Build()
	m := &Manifest{Format: format, MadeAt: st.Now(), Couplet: version, Schema: st.Schema().Hash}
	copied := filepath.Join(work, database)
	if err := snapshot(ctx, st, copied, watch); err != nil {
		return nil, fmt.Errorf("backup: the database cannot be copied: %w", err)
	}
	part := filepath.Join(work, "archive")
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	err = errors.Join(m.write(ctx, f, copied, st.Files.Root(), watch), f.Sync(), f.Close())
	if err == nil {
		err = publish(part, to)
	}
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return m, nil
}

// snapshot copies the database as it is at one moment into an SQLite file, whichever engine it is kept in.
func snapshot(ctx context.Context, st *store.Store, to string, watch Watch) error {
	if engine, ok := st.Engine().(db.Copier); ok {
		return engine.Copy(ctx, to, func(done, total int64) { watch(Copying, done, total) })
	}
	dir := to + ".folder"
	target, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	tables := transfer.Options{Report: func(t transfer.Table) { watch(Tables, int64(t.Number), int64(t.Of)) }}
	if err := errors.Join(transfer.Copy(ctx, st, target, tables), target.Close()); err != nil {
		return err
	}
	return os.Rename(filepath.Join(dir, database), to)
}

// publish gives a finished archive its name, which must be free.
func publish(part, to string) error {
	err := os.Link(part, to)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without hard links
		if _, there := os.Lstat(to); there == nil {
			return fmt.Errorf("%s: %w", to, fs.ErrExist)
		}
		err = os.Rename(part, to)
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	_ = dir.Sync() // where a folder cannot be synced the system orders renames itself
	return dir.Close()
}

func (m *Manifest) write(ctx context.Context, w io.Writer, copied, files string, watch Watch) error {
	read, err := newReading(ctx, watch, copied, files)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	if err := m.add(read, t, copied, database); err != nil {
		return err
	}
	err = fs.WalkDir(os.DirFS(files), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return m.add(read, t, filepath.Join(files, filepath.FromSlash(name)), path.Join(media, name))
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	err = t.WriteHeader(&tar.Header{Name: manifest, Mode: 0o600, Size: int64(len(text)), ModTime: m.MadeAt, Format: tar.FormatPAX})
	if err == nil {
		_, err = t.Write(text)
	}
	return errors.Join(err, t.Close(), z.Close())
}

// add puts a file into the archive and its checksum into the manifest. An upload that was taken back meanwhile, since
// its record was refused, is none.
func (m *Manifest) add(read *reading, t *tar.Writer, from, name string) error {
	f, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) && name != database {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	err = t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: st.Size(), ModTime: st.ModTime(), Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(t, sum), &reader{read.ctx, io.TeeReader(f, read)}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	m.Files = append(m.Files, File{name, st.Size(), hex.EncodeToString(sum.Sum(nil))})
	return nil
}
