package migrate

import (
	"bufio"
	"strings"
)

// A generated file begins with the hash of the document that it leads to. A file, generated or not, may name the
// collections whose records it rewrites in ways that its SQL does not show (by a trigger, say).
const (
	documentHeader = "-- couplet: document "
	rewritesPrefix = "-- couplet: rewrites "
)

func rewritesHeader(collections []string) string {
	if len(collections) == 0 {
		return ""
	}
	return rewritesPrefix + strings.Join(collections, ", ") + "\n"
}

// headers reads the leading comments of a file.
func headers(sql string) (document string, rewrites []string) {
	lines := bufio.NewScanner(strings.NewReader(sql))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		switch {
		case strings.HasPrefix(line, documentHeader):
			document = strings.TrimSpace(line[len(documentHeader):])
		case strings.HasPrefix(line, rewritesPrefix):
			for _, name := range strings.Split(line[len(rewritesPrefix):], ",") {
				rewrites = append(rewrites, strings.TrimSpace(name))
			}
		case line != "" && !strings.HasPrefix(line, "--"):
			return document, rewrites
		}
	}
	return document, rewrites
}
