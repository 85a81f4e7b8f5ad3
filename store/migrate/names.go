package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// maxIdentifier is PostgreSQL's limit, in bytes.
const maxIdentifier = 63

// identifier joins parts by "_"; what would be too long is cut and made unique by a hash of the whole.
func identifier(parts ...string) string {
	s := strings.Join(parts, "_")
	if len(s) <= maxIdentifier {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	cut := s[:maxIdentifier-9]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut + "_" + hex.EncodeToString(sum[:4])
}

// literal quotes a text for SQL.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
