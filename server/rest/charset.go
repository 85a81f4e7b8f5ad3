package rest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// latin1 reports whether a charset's name means ISO 8859-1.
func latin1(charset string) bool {
	switch strings.ReplaceAll(strings.ToLower(charset), "_", "-") {
	case "iso-8859-1", "latin-1", "latin1", "l1", "iso8859-1":
		return true
	}
	return false
}

// decodeCharset turns a JSON body into UTF-8. Names that nobody knows count as UTF-8, as in Django; of the others
// only Latin-1 and ASCII are read. Python knows the rest: those of texts are a parse error here, those that are no
// charset at all are refused by their name, as in DRF's get_encoding.
func decodeCharset(charset string, data []byte) ([]byte, error) {
	if latin1(charset) {
		return []byte(fromLatin1(string(data))), nil
	}
	switch strings.ReplaceAll(strings.ToLower(charset), "_", "-") {
	case "utf-16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be", "utf-32", "utf-32le", "utf-32be", "utf-7", "cp1252",
		"windows-1252", "shift-jis", "gbk", "gb2312", "gb18030", "big5", "euc-jp", "euc-kr", "koi8-r", "iso-8859-15",
		"windows-1251", "idna", "punycode", "unicode-escape", "raw-unicode-escape":
		return nil, ParseError(fmt.Sprintf("JSON parse error - charset %s is not supported", charset))
	case "base64", "bz2", "zlib", "hex", "rot13", "quopri", "uu":
		return nil, ParseError(fmt.Sprintf("Unsupported charset \"%s\" in request Content-Type header.", charset))
	}
	return data, nil
}

// latin1Form turns a form in Latin-1 into one in UTF-8, its percent escapes too.
func latin1Form(data []byte) []byte {
	out := make([]byte, 0, len(data)+16)
	for i := 0; i < len(data); i++ {
		c := data[i]
		if c == '%' && i+2 < len(data) && hexDigit(data[i+1]) && hexDigit(data[i+2]) {
			if b := unhex(data[i+1])<<4 | unhex(data[i+2]); b >= utf8.RuneSelf {
				c, i = b, i+2
			}
		}
		if c < utf8.RuneSelf {
			out = append(out, c)
		} else {
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return out
}
