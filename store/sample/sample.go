// Package sample holds the magazine, the project that Couplet serves with --sample: authors, tags, articles, comments
// and events with every kind of resource, its fixtures and its media. It is embedded, so that one file shows what
// Couplet does, and it answers as the Django project answers that it was modelled on. It imports nothing of Couplet.
package sample

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

// Schema is the schema document of the magazine.
//
//go:embed schema.json
var Schema []byte

// Fixtures are its records in Django's fixture JSON.
//
//go:embed fixtures/initial.json
var Fixtures []byte

//go:embed all:fixtures/media
var files embed.FS

// Media is the media folder that the fixtures name files of ("covers/fixture.png").
var Media = sub(files, "fixtures/media")

func sub(f fs.FS, dir string) fs.FS {
	inner, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the path is constant and valid
	}
	return inner
}

// CopyMedia writes the media into a folder.
func CopyMedia(to string) error {
	return fs.WalkDir(Media, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path := filepath.Join(to, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(path, 0o700)
		}
		data, err := fs.ReadFile(Media, name)
		if err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	})
}
