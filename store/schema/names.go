package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	namePattern      = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	resourcePattern  = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	componentPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
	modelPattern     = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}\.[A-Za-z][A-Za-z0-9_]{0,99}$`)
	idPattern        = regexp.MustCompile(`^[cfr]_[a-z0-9_]{1,40}$`)
)

// maxName is PostgreSQL's limit of identifiers, in bytes.
const maxName = 63

// singular returns the English singular of a collection's name: "categories" → "category".
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y"
	case hasAnySuffix(s, "sses", "shes", "ches", "xes", "zes") && len(s) > 4:
		return s[:len(s)-2]
	case hasAnySuffix(s, "ss", "us", "is", "news"):
		return s
	case strings.HasSuffix(s, "s") && len(s) > 1:
		return s[:len(s)-1]
	}
	return s
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

// spaced turns a name into words: "author_name" → "author name".
func spaced(name string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(name) }

// capfirst is Django's capfirst: the first letter in upper case, the rest as it is.
func capfirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// lowerfirst undoes capfirst, save for abbreviations ("ID", "URL of it").
func lowerfirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[size:])
	if size == 0 || unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[size:]
}

// defaultLabel is DRF's label of a serializer field without one: its name in words, capitalized as Python does.
func defaultLabel(name string) string { return capfirst(strings.ToLower(spaced(name))) }

// titled writes each word with a capital: "articles-nested" → "Articles Nested".
func titled(name string) string {
	words := strings.Fields(spaced(name))
	for i := range words {
		words[i] = capfirst(words[i])
	}
	return strings.Join(words, " ")
}

// camel is titled without the spaces: "Blog post" → "BlogPost".
func camel(name string) string { return strings.ReplaceAll(titled(name), " ", "") }

// indexName joins the parts by "_"; a name longer than engines allow is cut and ends with a hash of the whole.
func indexName(parts ...string) string {
	name := strings.Join(parts, "_")
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	cut := name[:maxName-9]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut + "_" + hex.EncodeToString(sum[:4])
}
