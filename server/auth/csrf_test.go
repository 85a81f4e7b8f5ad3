package auth

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestCSRF compares with what Django 5.2's CsrfViewMiddleware said to these requests.
func TestCSRF(t *testing.T) {
	text, err := os.ReadFile("testdata/csrf.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Method, Cookie, Header, Form, Origin, Referer, Want string
		Secure                                                    bool
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	trusted := []string{"https://app.example.org", "https://*.sub.example"}
	for _, c := range cases {
		r := &Request{Method: c.Method, Secure: c.Secure, Host: "example.com", Origin: c.Origin, Referer: c.Referer, CSRFToken: c.Header,
			Cookie: func(name string) string {
				if name == CSRFCookie {
					return c.Cookie
				}
				return ""
			},
			FormToken: func() string { return c.Form }}
		if got := CheckCSRF(r, trusted); got != c.Want {
			t.Errorf("%s: %q, want %q", c.Name, got, c.Want)
		}
	}
}

func TestMaskCSRF(t *testing.T) {
	secret := NewCSRFSecret()
	one, two := MaskCSRF(secret), MaskCSRF(secret)
	if one == two || len(one) != csrfTokenLength || strings.Contains(one, secret) {
		t.Errorf("masked tokens %q and %q", one, two)
	}
	for _, token := range []string{one, two, secret} {
		if got, ok := CSRFSecret(token); !ok || got != secret {
			t.Errorf("CSRFSecret(%q) = %q, %v, want %q", token, got, ok, secret)
		}
	}
	if _, ok := CSRFSecret("short"); ok {
		t.Error("a malformed cookie holds a secret")
	}
}
