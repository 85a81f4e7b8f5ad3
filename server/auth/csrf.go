package auth

import (
	"net/url"
	"strings"
)

// The cookie, header and form field of Django's CSRF protection.
const (
	CSRFCookie    = "csrftoken"
	CSRFHeader    = "X-CSRFToken"
	CSRFFormField = "csrfmiddlewaretoken"

	csrfSecretLength = 32
	csrfTokenLength  = 2 * csrfSecretLength
)

// NewCSRFSecret returns a new value of the csrftoken cookie.
func NewCSRFSecret() string { return randomString(csrfSecretLength) }

// MaskCSRF returns a token for a form: the secret under a random mask, another one each time, so that a compressed
// page does not betray it (BREACH).
func MaskCSRF(secret string) string {
	mask := randomString(csrfSecretLength)
	out := []byte(mask)
	for i := range csrfSecretLength {
		sum := strings.IndexByte(alphanumeric, secret[i]) + strings.IndexByte(alphanumeric, mask[i])
		out = append(out, alphanumeric[sum%len(alphanumeric)])
	}
	return string(out)
}

func unmaskCSRF(token string) string {
	n := len(alphanumeric)
	out := make([]byte, csrfSecretLength)
	for i := range out {
		diff := strings.IndexByte(alphanumeric, token[csrfSecretLength+i]) - strings.IndexByte(alphanumeric, token[i])
		out[i] = alphanumeric[(diff+n)%n]
	}
	return string(out)
}

// CSRFSecret returns the secret that a request's cookie holds, to go on using it; ok is false where there is none
// or where it is malformed, and a new one is needed.
func CSRFSecret(cookie string) (secret string, ok bool) {
	if badFormat(cookie) != "" {
		return "", false
	}
	if len(cookie) == csrfTokenLength { // Django before 4.0 masked it in the cookie, too
		return unmaskCSRF(cookie), true
	}
	return cookie, true
}

// badFormat returns what is wrong with a token or secret, or "".
func badFormat(token string) string {
	if len(token) != csrfTokenLength && len(token) != csrfSecretLength {
		return "has incorrect length"
	}
	for i := range len(token) {
		if strings.IndexByte(alphanumeric, token[i]) < 0 {
			return "has invalid characters"
		}
	}
	return ""
}

// CheckCSRF applies Django's CsrfViewMiddleware and returns why the request is refused, or "". Trusted are further
// origins ("https://app.example.com", "https://*.example.com").
func CheckCSRF(r *Request, trusted []string) string {
	switch r.Method {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return ""
	}
	if r.Origin != "" {
		if !originVerified(r, trusted) {
			return "Origin checking failed - " + r.Origin + " does not match any trusted origins."
		}
	} else if r.Secure {
		if reason := checkReferer(r, trusted); reason != "" {
			return reason
		}
	}
	return checkCSRFToken(r)
}

func originVerified(r *Request, trusted []string) bool {
	if r.Origin == r.scheme()+"://"+r.Host {
		return true
	}
	scheme, host, _ := strings.Cut(r.Origin, "://")
	for _, t := range trusted {
		if t == r.Origin {
			return true
		}
		ts, th, _ := strings.Cut(t, "://")
		if suffix, wild := strings.CutPrefix(th, "*"); wild && ts == scheme && sameDomain(host, suffix) {
			return true
		}
	}
	return false
}

// sameDomain is Django's is_same_domain: a pattern with a leading dot matches the domain and all below it.
func sameDomain(host, pattern string) bool {
	if host == "" || pattern == "" {
		return false
	}
	host, pattern = strings.ToLower(host), strings.ToLower(pattern)
	if pattern[0] == '.' {
		return strings.HasSuffix(host, pattern) || host == pattern[1:]
	}
	return host == pattern
}

func checkReferer(r *Request, trusted []string) string {
	if r.Referer == "" {
		return "Referer checking failed - no Referer."
	}
	u, err := url.Parse(r.Referer)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return "Referer checking failed - Referer is malformed."
	}
	if u.Scheme != "https" {
		return "Referer checking failed - Referer is insecure while host is secure."
	}
	for _, t := range trusted {
		_, host, _ := strings.Cut(t, "://")
		if sameDomain(u.Host, strings.TrimLeft(host, "*")) {
			return ""
		}
	}
	if !sameDomain(u.Host, r.Host) {
		return "Referer checking failed - " + r.Referer + " does not match any trusted origins."
	}
	return ""
}

func checkCSRFToken(r *Request) string {
	cookie := r.cookie(CSRFCookie)
	if cookie == "" {
		return "CSRF cookie not set."
	}
	if reason := badFormat(cookie); reason != "" {
		return "CSRF cookie " + reason + "."
	}
	secret, _ := CSRFSecret(cookie)
	token, source := r.formToken(), "POST"
	if token == "" {
		token, source = r.CSRFToken, "the 'X-Csrftoken' HTTP header"
		if token == "" {
			return "CSRF token missing."
		}
	}
	if reason := badFormat(token); reason != "" {
		return "CSRF token from " + source + " " + reason + "."
	}
	if given, _ := CSRFSecret(token); !equal([]byte(given), []byte(secret)) {
		return "CSRF token from " + source + " incorrect."
	}
	return ""
}
