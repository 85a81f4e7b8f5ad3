package store

import (
	"fmt"

	"github.com/gofrs/flock"
)

// lock keeps a second process out of the data folder.
type lock struct{ file *flock.Flock }

func acquire(path string) (*lock, error) {
	f := flock.New(path)
	ok, err := f.TryLock()
	if err != nil {
		return nil, fmt.Errorf("store: %s cannot be locked: %w", path, err)
	}
	if !ok {
		return nil, fmt.Errorf("%w (%s): stop the other couplet first, or give this one another --data folder", ErrLocked, path)
	}
	return &lock{f}, nil
}

// release lets others in; a nil lock belongs to somebody else.
func (l *lock) release() error {
	if l == nil {
		return nil
	}
	return l.file.Unlock()
}
