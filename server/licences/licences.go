// Package licences holds the licences of what the executable is made of: the Go modules and the admin's npm packages, and
// Go itself. The list is made by `make licences` and committed. It imports nothing of Couplet.
package licences

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the list
	"encoding/json"
	"sync"
)

// Licence is that of a module. Those of npm packages are named npm:react.
type Licence struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	Licence string `json:"licence" doc:"By its SPDX identifier."`
	Text    string `json:"text"`
}

// Packed is the list as it is stored: every text once.
type Packed struct {
	Texts   []string       `json:"texts"`
	Modules []PackedModule `json:"modules"`
}

// PackedModule has its texts by their places in Packed, in the order in which they are read.
type PackedModule struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	Licence string `json:"licence"`
	Texts   []int  `json:"texts"`
}

//go:embed licences.json.gz
var stored []byte

var unpacked = sync.OnceValues(func() (Packed, error) {
	var p Packed
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err == nil {
		err = json.NewDecoder(r).Decode(&p)
	}
	return p, err
})

// All returns every licence with its text, by module.
func All() ([]Licence, error) {
	p, err := unpacked()
	out := make([]Licence, 0, len(p.Modules))
	for _, m := range p.Modules {
		l := Licence{m.Module, m.Version, m.Licence, ""}
		for i, text := range m.Texts {
			if i > 0 {
				l.Text += "\n\n"
			}
			l.Text += p.Texts[text]
		}
		out = append(out, l)
	}
	return out, err
}

// Names returns the licences of modules by name, as SPDX identifiers.
func Names() (map[string]string, error) {
	p, err := unpacked()
	out := make(map[string]string, len(p.Modules))
	for _, m := range p.Modules {
		out[m.Module] = m.Licence
	}
	return out, err
}
