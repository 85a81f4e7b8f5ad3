package auth

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Attribute is a value of the user that a password must not resemble, and the name that the message gives it.
type Attribute struct{ Name, Value string }

// Validator is one of Django's password validators: it returns the message that refuses the password, or "".
type Validator func(password string, user []Attribute) (message, code string)

// DefaultValidators are the four that Django's project template sets, in its order.
var DefaultValidators = []Validator{
	UserAttributeSimilarity(0.7), MinimumLength(8), CommonPassword, NumericPassword,
}

// PasswordProblem is one reason why a password is refused.
type PasswordProblem struct{ Message, Code string }

// ValidatePassword returns every reason against a password (Django's validate_password).
func ValidatePassword(validators []Validator, password string, user []Attribute) []PasswordProblem {
	var problems []PasswordProblem
	for _, v := range validators {
		if message, code := v(password, user); message != "" {
			problems = append(problems, PasswordProblem{message, code})
		}
	}
	return problems
}

// MinimumLength refuses passwords of fewer than n code points.
func MinimumLength(n int) Validator {
	noun := "characters"
	if n == 1 {
		noun = "character"
	}
	message := fmt.Sprintf("This password is too short. It must contain at least %d %s.", n, noun)
	return func(password string, _ []Attribute) (string, string) {
		if utf8.RuneCountInString(password) < n {
			return message, "password_too_short"
		}
		return "", ""
	}
}

// NumericPassword refuses passwords of digits only, of any script (Python's str.isdigit).
func NumericPassword(password string, _ []Attribute) (string, string) {
	if password == "" || strings.ContainsFunc(password, func(r rune) bool { return !isPythonDigit(r) }) {
		return "", ""
	}
	return "This password is entirely numeric.", "password_entirely_numeric"
}

// isPythonDigit reports whether str.isdigit holds: decimal digits, superscripts and circled digits.
func isPythonDigit(r rune) bool {
	if unicode.Is(unicode.Nd, r) {
		return true
	}
	for _, span := range [][2]rune{{0xB2, 0xB3}, {0xB9, 0xB9}, {0x1369, 0x1371}, {0x19DA, 0x19DA}, {0x2070, 0x2070},
		{0x2074, 0x2079}, {0x2080, 0x2089}, {0x2460, 0x2468}, {0x2474, 0x247C}, {0x2488, 0x2490}, {0x24EA, 0x24EA},
		{0x24F5, 0x24FD}, {0x24FF, 0x24FF}, {0x2776, 0x277E}, {0x2780, 0x2788}, {0x278A, 0x2792}, {0x10A40, 0x10A43},
		{0x10E60, 0x10E68}, {0x11052, 0x1105A}, {0x1F100, 0x1F10A}} {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}

// commonGz is Django's list of 20,000 common passwords, by Royce Williams; it is part of Django (BSD licence).
//
//go:embed common-passwords.txt.gz
var commonGz []byte

// commonText is the list as one text, each password between newlines. A sorted text searched by substring costs
// 160 kB and no allocation per password, where a map costs ten times that for a check that follows a 15 ms hash.
var commonText = sync.OnceValue(func() string {
	r, err := gzip.NewReader(bytes.NewReader(commonGz))
	if err != nil {
		panic("auth: embedded list of common passwords: " + err.Error())
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic("auth: embedded list of common passwords: " + err.Error())
	}
	return "\n" + string(text) // it ends with a newline
})

// CommonPassword refuses passwords that are on Django's list, whatever their case.
func CommonPassword(password string, _ []Attribute) (string, string) {
	p := strings.TrimFunc(strings.ToLower(password), unicode.IsSpace)
	if strings.Contains(p, "\n") || !strings.Contains(commonText(), "\n"+p+"\n") {
		return "", ""
	}
	return "This password is too common.", "password_too_common"
}
