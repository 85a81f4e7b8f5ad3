package settings

import (
	"errors"
	"net/url"
	"strings"
)

// mask stands for a password that is not shown.
const mask = "********"

// secrecy is what of a value is not shown.
type secrecy uint8

const (
	open     secrecy = iota
	whole            // all of it
	password         // the password in a URL
)

var secrets = map[string]secrecy{
	"token_secret": whole, "token_verify_secrets": whole, "metrics_token": whole, "database": password, "mail_server": password,
}

// masked is a value as it may be shown.
func masked(name, text string) string {
	switch secrets[name] {
	case whole:
		return ""
	case password:
		return maskPassword(text)
	}
	return text
}

// maskPassword hides the password of a URL, and all of what is none.
func maskPassword(text string) string {
	u, err := url.Parse(text)
	if text != "" && (err != nil || u.Host == "") {
		return mask
	}
	if err != nil || u.User == nil {
		return text
	}
	if u.Query().Has("password") { // libpq takes it there, too
		u.RawQuery = ""
	}
	if _, there := u.User.Password(); !there {
		return u.String()
	}
	u.User = url.UserPassword(u.User.Username(), "MASK")
	return strings.Replace(u.String(), ":MASK@", ":"+mask+"@", 1)
}

var errMask = errors.New("enter the password anew, since the user or the host is another one")

// Unmask puts the password of now into a URL that shows the mask in its place, where user and host are the same.
func Unmask(text, now string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text, nil //nolint:nilerr // whoever takes it says what is wrong
	}
	if p, _ := u.User.Password(); p != mask {
		return text, nil
	}
	before, err := url.Parse(now)
	if err != nil || before.User == nil || before.Host != u.Host || before.User.Username() != u.User.Username() {
		return "", errMask
	}
	u.User = before.User
	return u.String(), nil
}
