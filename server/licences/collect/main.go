// Command collect writes the list of licences that server/licences embeds: of the Go modules that the executable is
// built of on any platform, as they lie in the module cache, and of the npm packages that the admin is built of, as they
// lie in ui/node_modules. `make licences` runs it in the root of the repository.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/licences"
)

// found is a module, the folder that its licence lies in, and the licence that it declares where there is no text.
type found struct{ name, version, dir, declared string }

func main() {
	if err := run("server/licences/licences.json.gz"); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(to string) error {
	modules, err := goModules()
	if err != nil {
		return err
	}
	packages, err := npmPackages("ui")
	if err != nil {
		return err
	}
	packed, err := pack(append(modules, packages...))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(packed); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Printf("%d licences, %d texts, %d bytes\n", len(packed.Modules), len(packed.Texts), b.Len())
	return os.WriteFile(to, b.Bytes(), 0o644)
}

// pack reads the licences' texts.
func pack(list []found) (*licences.Packed, error) {
	slices.SortFunc(list, func(a, b found) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.version, b.version)) })
	out := &licences.Packed{}
	places := map[string]int{}
	for _, f := range slices.Compact(list) {
		texts, err := textsIn(f.dir)
		if err != nil {
			return nil, err
		}
		m := licences.PackedModule{Texts: []int{}, Module: f.name, Version: f.version, Licence: cmp.Or(identify(texts), f.declared)}
		if m.Licence == "" {
			return nil, fmt.Errorf("the licence of %s in %s is not known: add it to collect's list", f.name, f.dir)
		}
		for _, text := range texts {
			at, there := places[text]
			if !there {
				at = len(out.Texts)
				places[text] = at
				out.Texts = append(out.Texts, text)
			}
			m.Texts = append(m.Texts, at)
		}
		out.Modules = append(out.Modules, m)
	}
	return out, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|unlicense)([-.].*)?$`)

// textsIn reads the licences and notices that lie in a folder.
func textsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	return out, nil
}

// known tells licences by what they say. Not, where it is there, is a licence that says the same and more.
var known = []struct{ licence, says, not string }{
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software", ""},
	{"Apache-2.0", "Apache License, Version 2.0", ""}, {"Apache-2.0", "Apache License Version 2.0", ""},
	{"MPL-2.0", "Mozilla Public License", ""}, {"OFL-1.1", "SIL OPEN FONT LICENSE", ""},
	{"Unlicense", "This is free and unencumbered software", ""},
	{"0BSD", "with or without fee is hereby granted. THE SOFTWARE", ""}, {"ISC", "with or without fee is hereby granted, provided that", ""},
	{"BSD-3-Clause", "used to endorse or promote products", ""}, {"BSD-2-Clause", "Redistribution and use in source and binary forms", "BSD-3-Clause"},
}

// identify names the licences of texts, "" where it knows none; several are joined as SPDX does.
func identify(texts []string) string {
	var names []string
	for _, text := range texts {
		text = strings.Join(strings.Fields(text), " ")
		for _, k := range known {
			if strings.Contains(text, k.says) && !slices.Contains(names, k.licence) && !slices.Contains(names, k.not) {
				names = append(names, k.licence)
			}
		}
	}
	return strings.Join(names, " AND ")
}
