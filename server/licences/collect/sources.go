package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// platforms are those whose modules are listed.
var platforms = []string{"linux", "darwin", "windows"}

// goModules lists the modules that the executable is built of, and Go's own library.
func goModules() ([]found, error) {
	var out []found
	for _, system := range platforms {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		text, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			if parts := strings.Split(strings.TrimSpace(line), "\t"); len(parts) == 3 {
				out = append(out, found{parts[0], parts[1], parts[2], ""})
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	dir, version, _ := strings.Cut(strings.TrimSpace(string(root)), "\n")
	if _, err := os.Stat(filepath.Join(dir, "LICENSE")); errors.Is(err, fs.ErrNotExist) { // as distributions pack Go
		return nil, fmt.Errorf("there is no LICENSE in %s: use Go from go.dev", dir)
	}
	return append(out, found{"std", strings.TrimSpace(version), dir, ""}), nil
}

// npmPackages lists the packages that the admin is built of: what package-lock.json has and does not need for building
// only.
func npmPackages(ui string) ([]found, error) {
	text, err := os.ReadFile(filepath.Join(ui, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version, License           string
			Dev, DevOptional, Optional bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, err
	}
	var out []found
	for path, p := range lock.Packages {
		if path == "" || p.Dev || p.DevOptional || p.Optional {
			continue
		}
		name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
		out = append(out, found{"npm:" + name, p.Version, filepath.Join(ui, path), p.License})
	}
	return out, nil
}
