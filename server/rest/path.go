package rest

import (
	"encoding/hex"
	"net/url"
	"strings"
)

// CanonicalPath is a request's path in the one form that routes, links and lookups read: decoded as Python's unquote does
// it, where a percent sign that begins no escape stands for itself, and encoded again.
func CanonicalPath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			if c, err := hex.DecodeString(path[i+1 : i+3]); err == nil {
				b.WriteByte(c[0])
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return (&url.URL{Path: b.String()}).EscapedPath()
}
