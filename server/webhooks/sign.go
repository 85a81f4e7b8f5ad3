package webhooks

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/store"
)

// secretPrefix begins a secret in its text form.
const secretPrefix = "whsec_"

// secretBytes is the length of new secrets.
const secretBytes = 32

// newSecret returns a new secret.
func newSecret() string {
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// Sign returns the signature of a message under one secret: "v1,…".
func Sign(secret, id string, at time.Time, body string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// signatures are those under each secret of a webhook that is good at a time.
func signatures(w *store.Webhook, id string, at time.Time, body string) (string, error) {
	out, err := Sign(w.Secret, id, at, body)
	if err != nil || w.Previous == "" || !at.Before(w.PreviousUntil) {
		return out, err
	}
	before, err := Sign(w.Previous, id, at, body)
	return out + " " + before, err
}
