package transfer

import "strings"

// SystemColumns returns the columns of a system table that are copied.
func SystemColumns(name string) string {
	for _, s := range system {
		if s.name == name {
			return strings.ReplaceAll(s.columns, "#", "")
		}
	}
	return ""
}
