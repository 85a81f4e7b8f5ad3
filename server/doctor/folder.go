package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/couplet/couplet/store/backup"
)

// permissions makes sure that the folder can be written, and its secrets read by its owner only.
func (x *exam) permissions(context.Context) error {
	ok := true
	for _, dir := range []string{x.store.Dir(), x.store.Files.Root()} {
		f, err := os.CreateTemp(dir, ".doctor-*")
		if err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
		if err != nil {
			ok = false
			x.find(Error, "The folder cannot be written: "+err.Error()+".", "Give it to the user that the server runs as, or make room on the disk.")
		}
	}
	for _, name := range []string{".", "couplet.db", "couplet.db-wal", "media", "backups"} {
		st, err := os.Stat(filepath.Join(x.store.Dir(), name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if open := openTo(st); open != "" {
			ok = false
			x.find(Warning, fmt.Sprintf("%s can be %s by others than its owner (%s).", filepath.Join(x.store.Dir(), name), open, st.Mode().Perm()),
				"chmod go-rwx "+filepath.Join(x.store.Dir(), name))
		}
	}
	if ok {
		x.find(OK, "The data folder can be written, and is its owner's alone.", "")
	}
	return nil
}

// openTo says what others may do with a file; of folders only writing counts, since what is in them is closed itself.
func openTo(st os.FileInfo) string {
	mode := st.Mode().Perm()
	switch {
	case runtime.GOOS == "windows":
		return "" // its modes say nothing
	case mode&0o022 != 0:
		return "changed"
	case mode&0o044 != 0 && !st.IsDir():
		return "read"
	}
	return ""
}

// Bounds of what is free, and of the write-ahead log.
const (
	freeError   = 100 << 20
	freeWarning = 1 << 30
	logWarning  = 512 << 20
)

// disk looks at the space that is left.
func (x *exam) disk(context.Context) error {
	free, err := FreeSpace(x.store.Dir())
	if err != nil {
		return err
	}
	switch text := fmt.Sprintf("%d MiB are free on the data folder's disk.", free>>20); {
	case free < freeError:
		x.find(Error, text, "Make room at once: writes are refused when the disk is full.")
	case free < freeWarning:
		x.find(Warning, text, "Make room, or move backups elsewhere.")
	default:
		x.find(OK, text, "")
	}
	st, err := os.Stat(filepath.Join(x.store.Dir(), "couplet.db-wal"))
	if err == nil && st.Size() > logWarning {
		x.find(Warning, fmt.Sprintf("The write-ahead log has grown to %d MiB.", st.Size()>>20),
			"Something reads the database for very long and keeps the log from being reset: a backup, or a program that has couplet.db open.")
	}
	return nil
}

// backups tells how old the newest backup in the data folder is.
func (x *exam) backups(context.Context) error {
	list, err := backup.FolderOf(x.store.Dir()).List()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		x.find(OK, "There is no backup in the data folder.", "'couplet backup' takes one, if none are kept elsewhere.")
		return nil
	}
	age := max(0, x.store.Now().Sub(list[0].MadeAt)).Round(time.Minute)
	x.find(OK, fmt.Sprintf("The newest of %s is %s old.", several(len(list), "backup", "backups"), age), "")
	return nil
}
