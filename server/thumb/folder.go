package thumb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Folder keeps pictures that were made. What it holds can be deleted at any time.
type Folder struct {
	dir   string
	limit int64         // bytes
	turn  chan struct{} // one image at a time is decoded: it may take 320 MB
	mu    sync.Mutex
	size  int64 // of what is there; -1: not counted yet
}

// NewFolder returns the folder at a path, which is made when it is needed.
func NewFolder(dir string, limit int64) *Folder {
	return &Folder{dir: dir, limit: limit, turn: make(chan struct{}, 1), size: -1}
}

var extensions = map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}

// Open returns the picture of a stored image, and makes it where it is not there. version says which content the image
// has under its name. Errors: those of Make, and the context's while it waits for its turn.
func (f *Folder) Open(ctx context.Context, original *os.File, name, version string, s Spec) (*os.File, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d %d %t", name, version, s.Width, s.Height, s.Cover))
	base := filepath.Join(f.dir, hex.EncodeToString(sum[:16]))
	if have := openAny(base); have != nil {
		return have, nil
	}
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-f.turn }()
	if have := openAny(base); have != nil { // somebody else has made it meanwhile
		return have, nil
	}
	if err := f.make(original, base, s); err != nil {
		return nil, err
	}
	have := openAny(base)
	if have == nil {
		return nil, fmt.Errorf("thumb: %s has gone as soon as it was made", base)
	}
	return have, nil
}

// openAny opens the picture in whichever format it is; nil where it is not there.
func openAny(base string) *os.File {
	for _, ext := range extensions {
		file, err := os.Open(base + ext)
		if err == nil {
			return file
		}
	}
	return nil
}

func (f *Folder) make(original *os.File, base string, s Spec) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(f.dir, "new-*")
	if err != nil {
		return err
	}
	kind, err := Make(original, s, tmp)
	st, statErr := tmp.Stat()
	if err = errors.Join(err, statErr, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), base+extensions[kind])
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return f.grown(st.Size())
}

// grown counts a new picture, and deletes the oldest where the folder has become too large, down to nine tenths.
func (f *Folder) grown(by int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.size >= 0 && f.size+by <= f.limit {
		f.size += by
		return nil
	}
	type kept struct {
		name string
		size int64
		at   time.Time
	}
	var all []kept
	f.size = 0
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		st, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		all = append(all, kept{e.Name(), st.Size(), st.ModTime()})
		f.size += st.Size()
	}
	if f.size <= f.limit {
		return nil
	}
	slices.SortFunc(all, func(a, b kept) int { return a.at.Compare(b.at) })
	for _, k := range all {
		if f.size <= f.limit/10*9 {
			break
		}
		if err := os.Remove(filepath.Join(f.dir, k.name)); err != nil {
			return err
		}
		f.size -= k.size
	}
	return nil
}

// Kind is the content type of a picture.
func Kind(name string) string {
	if strings.HasSuffix(name, ".jpg") {
		return "image/jpeg"
	}
	return "image/png"
}
