package rest

import (
	"net/netip"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// This file is Django's EmailValidator and URLValidator. Go's regular expressions have no lookaround, so host names
// are checked label by label.

var (
	emailUser = regexp.MustCompile("(?i)^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*$")
	emailText = regexp.MustCompile("^\"([\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f!#-\\[\\]-\\x7f]|\\\\[\\x01-\\x09\\x0b\\x0c\\x0e-\\x7f])*\"$")
	emailHost = regexp.MustCompile(`(?i)^\[([A-F0-9:.]+)\]$`)
)

// maxEmail is the longest address (RFC 3696, section 3).
const maxEmail = 320

func validEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || codePoints(s) > maxEmail {
		return false
	}
	user, domain := s[:at], s[at+1:]
	if !emailUser.MatchString(user) && !emailText.MatchString(user) {
		return false
	}
	if domain == "localhost" || validDomain(domain, false) {
		return true
	}
	m := emailHost.FindStringSubmatch(domain)
	return m != nil && (validIPv4(m[1]) || validIPv6(m[1]))
}

// hostLetter reports whether r may stand in a label: a letter, or U+00A1 to U+FFFF. Python folds case over the whole
// range, so the Kelvin sign and the long s count as ASCII letters do.
func hostLetter(r rune) bool {
	return r|32 >= 'a' && r|32 <= 'z' && r < 128 || r >= 0xa1 && r <= 0xffff
}

func hostAlnum(r rune) bool { return hostLetter(r) || r >= '0' && r <= '9' }

// validDomain reports whether s is a host name with a top-level domain; dot allows one at the end.
func validDomain(s string, dot bool) bool {
	if dot {
		s = strings.TrimSuffix(s, ".")
	}
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for i, label := range labels {
		if i == len(labels)-1 {
			return validTLD(label)
		}
		if !validLabel(label) {
			return false
		}
	}
	return false
}

func validLabel(label string) bool {
	n := 0
	for _, r := range label {
		if n++; !hostAlnum(r) && r != '-' {
			return false
		}
	}
	return n >= 1 && n <= 63 && label[0] != '-' && label[len(label)-1] != '-'
}

func validTLD(label string) bool {
	if !validLabel(label) {
		return false
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(label), "xn--"); ok && punycode(rest) {
		return true
	}
	n := 0
	for _, r := range label {
		if n++; r >= '0' && r <= '9' {
			return false
		}
	}
	return n >= 2
}

func punycode(s string) bool {
	for i := range len(s) {
		if !decimalDigit(s[i]) && (s[i] < 'a' || s[i] > 'z') {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 59
}

// maxURL is Django's MAX_URL_LENGTH.
const maxURL = 2048

var (
	urlPort   = regexp.MustCompile(`^(.*?)(?::[0-9]{1,5})?$`)
	urlIPv6   = regexp.MustCompile(`(?i)^\[[0-9a-f:.]+\]$`)
	urlOctets = regexp.MustCompile(`^(?:0|25[0-5]|2[0-4][0-9]|1[0-9]?[0-9]?|[1-9][0-9]?)` +
		`(?:\.(?:0|25[0-5]|2[0-4][0-9]|1[0-9]?[0-9]?|[1-9][0-9]?)){3}$`)
)

func validURL(s string) bool {
	if codePoints(s) > maxURL || strings.ContainsAny(s, "\t\r\n") {
		return false
	}
	scheme, rest, ok := strings.Cut(s, "://")
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp", "ftps":
	default:
		return false
	}
	if !ok || strings.IndexFunc(rest, pySpace) >= 0 {
		return false
	}
	if host, ok := userCut(rest); ok && validAuthority(host) {
		return netlocOK(rest)
	}
	return validAuthority(rest) && netlocOK(rest)
}

// userCut drops user:password@ from the front.
func userCut(s string) (string, bool) {
	info, rest, ok := strings.Cut(s, "@")
	if !ok || strings.Contains(info, "/") {
		return s, false
	}
	user, password, _ := strings.Cut(info, ":")
	return rest, user != "" && !strings.Contains(password, ":")
}

// validAuthority reports whether s is a host, perhaps a port, and then nothing or a path, query or fragment.
func validAuthority(s string) bool {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	host := urlPort.FindStringSubmatch(s)[1]
	if urlOctets.MatchString(host) || strings.EqualFold(host, "localhost") {
		return true
	}
	if urlIPv6.MatchString(host) {
		return validIPv6(host[1 : len(host)-1])
	}
	return validDomain(host, true)
}

// netlocOK is what Python's urlsplit and Django check of the part between // and the path.
func netlocOK(rest string) bool {
	netloc := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		netloc = rest[:i]
	}
	if strings.Contains(netloc, "[") != strings.Contains(netloc, "]") {
		return false
	}
	if !isASCII(netloc) {
		bare := strings.NewReplacer("@", "", ":", "", "#", "", "?", "").Replace(netloc)
		if n := norm.NFKC.String(bare); n != bare && strings.ContainsAny(n, "/?#@:") {
			return false
		}
	}
	host := netloc[strings.LastIndexByte(netloc, '@')+1:]
	if i := strings.IndexByte(host, ':'); i >= 0 && !strings.HasPrefix(host, "[") {
		host = host[:i]
	}
	return host != "" && codePoints(host) <= 253
}

func validIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func validIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && len(s) <= 39
}
