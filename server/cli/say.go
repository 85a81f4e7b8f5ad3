package cli

import (
	"errors"
	"regexp"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

// packageNames are the parts of the program that put their name before their errors. Who reads the console has no use
// for them.
var packageNames = regexp.MustCompile(`(^|: )(?:(?:usage|store|migrate|auth|server|fixture|mail|backup|sqlite): )+`)

// say words an error for the console: what is wrong with each field on a line of its own, no names of packages.
func say(err error) string {
	var fields *rest.Errors
	var invalid *store.Invalid
	switch {
	case errors.As(err, &invalid):
		fields = rest.FromError(invalid).Fields
	case !errors.As(err, &fields):
		return packageNames.ReplaceAllString(err.Error(), "$1")
	}
	return strings.Join(fieldLines("", fields), "\n")
}

// fieldLines words what is wrong with fields: "email: Enter a valid email address."
func fieldLines(name string, e *rest.Errors) []string {
	var lines []string
	for _, m := range e.Messages {
		if name == "" || name == "non_field_errors" {
			lines = append(lines, m.Text)
		} else {
			lines = append(lines, name+": "+m.Text)
		}
	}
	for i, below := range e.Names {
		lines = append(lines, fieldLines(below, e.Below[i])...)
	}
	return lines
}
