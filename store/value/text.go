package value

import (
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// special marks the bytes at which AppendJSONString must look: those that are escaped, and the first one of U+2028
// and U+2029.
var special = func() (t [256]bool) {
	for c := range ' ' {
		t[c] = true
	}
	t['"'], t['\\'], t[0xe2] = true, true, true
	return t
}()

// AppendJSONString appends s as a JSON string as DRF writes it: non-ASCII as it is, U+2028 and U+2029 escaped,
// bytes that are not UTF-8 replaced by U+FFFD.
func AppendJSONString(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !special[c] {
			continue
		}
		if c != 0xe2 {
			dst = appendEscape(append(dst, s[start:i]...), c)
			start = i + 1
		} else if s[i+1] == 0x80 && s[i+2]&^1 == 0xa8 {
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hexDigits[s[i+2]&0xf])
			i += 2
			start = i + 1
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// appendEscape appends the escape of an ASCII character as Python writes it.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\f':
		return append(dst, '\\', 'f')
	case '\b':
		return append(dst, '\\', 'b')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}

// parseText refuses what no text may hold: U+0000 and bytes that are not UTF-8.
func parseText(s string) (Value, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return Null, ErrNull
	}
	if !utf8.ValidString(s) {
		return Null, ErrSurrogate
	}
	return Text(s), nil
}

// parseBool reads the words that DRF's BooleanField knows, in any case.
func parseBool(s string) (Value, error) {
	if len(s) > 5 {
		return Null, ErrSyntax
	}
	switch strings.ToLower(s) {
	case "t", "y", "yes", "true", "on", "1":
		return Bool(true), nil
	case "f", "n", "no", "false", "off", "0":
		return Bool(false), nil
	}
	return Null, ErrSyntax
}

// parseUUID reads a uuid as Python's uuid.UUID does: hyphens, braces and "urn:uuid:" do not count.
func parseUUID(s string) (Value, error) {
	if len(s) > 100 {
		return Null, ErrSyntax
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "urn:", ""), "uuid:", "")
	s = strings.ToLower(strings.ReplaceAll(strings.Trim(s, "{}"), "-", ""))
	if len(s) != 32 || !isHex(s) {
		return Null, ErrSyntax
	}
	return Text(s), nil
}

// isHex reports whether s has lower-case hexadecimal digits only.
func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// appendUUID appends 32 hexadecimal digits with hyphens.
func appendUUID(dst []byte, s string) []byte {
	dst = append(append(dst, s[:8]...), '-')
	dst = append(append(dst, s[8:12]...), '-')
	dst = append(append(dst, s[12:16]...), '-')
	dst = append(append(dst, s[16:20]...), '-')
	return append(dst, s[20:]...)
}

// NewUUID returns a random uuid (version 4).
func NewUUID() Value {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return Text(hex.EncodeToString(b[:]))
}

// maxIPText is Django's MAX_IPV6_ADDRESS_LENGTH.
const maxIPText = 39

// parseIP reads an address as Django's GenericIPAddressField with both protocols: IPv6 in lower case and shortened,
// a scope dropped, an address mapped from IPv4 unpacked to it.
func parseIP(s string) (Value, error) {
	if len(s) > maxIPText {
		return Null, ErrSyntax
	}
	addr, err := netip.ParseAddr(s)
	if err != nil || strings.Count(s, "%") > 1 {
		return Null, ErrSyntax
	}
	return Text(addr.WithZone("").Unmap().String()), nil
}
