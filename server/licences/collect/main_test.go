package main

import (
	"testing"

	"github.com/couplet/couplet/server/licences"
)

// The committed list has what the executable and the admin are built of now, at its version: `make licences` makes it.
func TestListIsComplete(t *testing.T) {
	t.Chdir("../../..")
	list, err := licences.All()
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, l := range list {
		versions[l.Module] = l.Version
		if l.Licence == "" {
			t.Errorf("%s has no licence", l.Module)
		}
	}
	modules, err := goModules()
	if err != nil {
		t.Fatal(err)
	}
	packages, err := npmPackages("ui")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range append(modules, packages...) {
		if m.name != "std" && versions[m.name] != m.version {
			t.Errorf("%s is listed at %q, not %s: run `make licences`", m.name, versions[m.name], m.version)
		}
	}
}

// A licence is known by what it says, whatever else stands with it.
func TestIdentify(t *testing.T) {
	for text, want := range map[string]string{
		"Permission is hereby granted, free of charge, to any person obtaining a copy\nof this software": "MIT",
		"Apache License\n  Version 2.0, January 2004":                                                    "Apache-2.0",
		"Redistribution and use in source and binary forms … used to endorse or promote products":        "BSD-3-Clause",
		"Redistribution and use in source and binary forms":                                              "BSD-2-Clause",
		"All rights reserved.": "",
	} {
		if got := identify([]string{text}); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
