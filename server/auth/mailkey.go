package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// How long links in mails are good.
const (
	ResetLifetime  = time.Hour
	VerifyLifetime = 3 * 24 * time.Hour // allauth's
)

// MailKeys makes and checks the keys of links sent by mail. They are stored nowhere: an HMAC under the instance's
// secret binds them to the state that they are meant to change.
type MailKeys struct {
	Secret []byte
	Now    Clock
}

// djangoEpoch is where Django's token timestamps begin.
var djangoEpoch = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

// UID returns a user's key as password reset links name it (urlsafe_base64_encode).
func UID(a *Account) string { return base64.RawURLEncoding.EncodeToString([]byte(a.ID)) }

// ParseUID returns the user key of a link, false where it is malformed.
func ParseUID(uid string) (string, bool) {
	id, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(uid, "="))
	return string(id), err == nil && len(id) > 0 && len(id) <= 64
}

// ResetToken returns a token that resets a password once, in the form of Django's PasswordResetTokenGenerator: it
// ends with the next log-in, with a change of password or e-mail, and after an hour.
func (m *MailKeys) ResetToken(a *Account) string {
	return m.resetToken(a, int64(m.Now().Sub(djangoEpoch)/time.Second))
}

func (m *MailKeys) resetToken(a *Account, ts int64) string {
	login := ""
	if !a.LastLogin.IsZero() {
		login = a.LastLogin.UTC().Format("2006-01-02 15:04:05")
	}
	stamp := strconv.FormatInt(ts, 10)
	sum := hex.EncodeToString(m.hmac("django.contrib.auth.tokens.PasswordResetTokenGenerator", a.ID+a.Password+login+stamp+a.Email))
	half := make([]byte, 0, len(sum)/2)
	for i := 0; i < len(sum); i += 2 {
		half = append(half, sum[i])
	}
	return strconv.FormatInt(ts, 36) + "-" + string(half)
}

// CheckResetToken reports whether a token resets this user's password now.
func (m *MailKeys) CheckResetToken(a *Account, token string) bool {
	stamp, _, found := strings.Cut(token, "-")
	ts, err := strconv.ParseInt(stamp, 36, 64)
	if !found || err != nil || len(stamp) > 13 || !equal([]byte(m.resetToken(a, ts)), []byte(token)) {
		return false
	}
	age := m.Now().Sub(djangoEpoch)/time.Second - time.Duration(ts)
	return age <= ResetLifetime/time.Second
}

// hmac is Django's salted_hmac with SHA-256.
func (m *MailKeys) hmac(salt, text string) []byte {
	key := sha256.Sum256(append([]byte(salt), m.Secret...))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// Purpose is what a link confirms; a key for one is no good for another.
type Purpose string

// The purposes.
const (
	VerifyAddress Purpose = "verify-email" // the user owns the address they have
	ChangeAddress Purpose = "change-email" // the user owns the address they want
)

// address is what an e-mail key says: whose it is and what address.
type address struct {
	User  string `json:"u"`
	Email string `json:"e"`
	Time  int64  `json:"t"`
}

// EmailKey returns a key that proves that its reader gets mail at the address. It ends when the user's present
// address changes, and after three days.
func (m *MailKeys) EmailKey(p Purpose, a *Account, email string) string {
	payload, _ := json.Marshal(address{a.ID, email, m.Now().Unix()}) // texts and a number cannot fail
	text := base64.RawURLEncoding.EncodeToString(payload)
	return text + "." + m.emailSum(p, text, a)
}

func (m *MailKeys) emailSum(p Purpose, text string, a *Account) string {
	return base64.RawURLEncoding.EncodeToString(m.hmac("couplet."+string(p), text+"\x00"+a.ID+"\x00"+strings.ToLower(a.Email)))
}

// EmailKeyUser returns whose key it claims to be, to load the account and then check it.
func EmailKeyUser(key string) (string, bool) {
	a, ok := readAddress(key)
	return a.User, ok
}

// CheckEmailKey returns the address that a key proves for this user, false where the key is not good.
func (m *MailKeys) CheckEmailKey(p Purpose, a *Account, key string) (email string, ok bool) {
	text, sum, _ := strings.Cut(key, ".")
	addr, ok := readAddress(key)
	if !ok || addr.User != a.ID || !equal([]byte(m.emailSum(p, text, a)), []byte(sum)) {
		return "", false
	}
	return addr.Email, m.Now().Unix()-addr.Time <= int64(VerifyLifetime/time.Second)
}

func readAddress(key string) (address, bool) {
	text, _, found := strings.Cut(key, ".")
	if !found || len(key) > 2048 {
		return address{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(text)
	var a address
	if err != nil || json.Unmarshal(payload, &a) != nil {
		return address{}, false
	}
	return a, true
}
