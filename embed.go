package main

import (
	"embed"
	"io/fs"
)

// dist is the admin as `make ui` builds it from ui/src. It is committed, so that building Couplet needs Go alone.
//
//go:embed all:ui/dist
var dist embed.FS

// adminFiles returns the admin's files by their addresses below /admin/.
func adminFiles() fs.FS {
	files, err := fs.Sub(dist, "ui/dist")
	if err != nil {
		panic(err) // the path is a constant
	}
	return files
}
