package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// ErrBusy says that too many passwords are being checked at once; it is answered with 429.
var ErrBusy = errors.New("auth: too many password checks are waiting")

// The cost of new hashes: OWASP's argon2id setting of 19 MiB, 2 passes, 1 lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKeyLen  = 32
	saltChars    = 22 // Django's salts: 22 letters and digits, 131 bits
)

// MaxPassword is the longest password, in bytes, that is hashed; longer ones never match.
const MaxPassword = 4096

// unusablePrefix marks a hash that no password matches (Django's UNUSABLE_PASSWORD_PREFIX).
const unusablePrefix = "!"

// Hasher hashes and checks passwords, a few at a time. It is safe for concurrent use.
type Hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
	nobody  string // a hash to spend time on when there is no such user
}

// NewHasher returns a Hasher that works on at most parallel passwords at once and lets at most queue callers wait.
func NewHasher(parallel, queue int) *Hasher {
	h := &Hasher{slots: make(chan struct{}, max(parallel, 1)), queue: int64(queue)}
	h.nobody = encodeKey([]byte(rand.Text() + rand.Text())[:argonKeyLen], randomString(saltChars)) // nobody's password
	return h
}

// Hash returns a new argon2id hash of a password in Django's form.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > MaxPassword {
		return "", fmt.Errorf("auth: password of %d bytes", len(password))
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return encodeArgon2(password, randomString(saltChars)), nil
}

// Verify reports whether the password belongs to the hash. A malformed or unusable hash matches nothing, after the
// time of one hash; an empty one stands for a user who does not exist, so that both take equally long.
func (h *Hasher) Verify(ctx context.Context, password, encoded string) (bool, error) {
	if len(password) > MaxPassword {
		password, encoded = "", ""
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	if ok, known := verifyEncoded(password, encoded); known {
		return ok, nil
	}
	verifyEncoded(password, h.nobody)
	return false, nil
}

// enter waits for a free slot.
func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	default:
	}
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return ErrBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
	}
}

func (h *Hasher) leave() { <-h.slots }

// NeedsUpgrade reports whether a usable hash is of another kind or cost than new ones; it is then renewed at log-in.
func NeedsUpgrade(encoded string) bool {
	return IsUsable(encoded) && !strings.HasPrefix(encoded, argonPrefix())
}

// IsUsable reports whether some password can match the hash (Django's is_password_usable).
func IsUsable(encoded string) bool {
	return encoded != "" && !strings.HasPrefix(encoded, unusablePrefix)
}

// UnusablePassword returns a hash that no password matches, another one each time, so that reset links end with it.
func UnusablePassword() string { return unusablePrefix + randomString(40) }

// KnownHash reports whether a stored text is a hash that Verify can check or an unusable password, as an import wants.
func KnownHash(encoded string) bool {
	if strings.HasPrefix(encoded, unusablePrefix) {
		return true
	}
	name, _, found := strings.Cut(encoded, "$")
	_, known := verifiers[name]
	return found && known
}

func argonPrefix() string {
	return fmt.Sprintf("argon2$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonThreads)
}

func encodeArgon2(password, salt string) string {
	return encodeKey(argon2.IDKey([]byte(password), []byte(salt), argonTime, argonMemory, argonThreads, argonKeyLen), salt)
}

func encodeKey(key []byte, salt string) string {
	enc := base64.RawStdEncoding
	return argonPrefix() + enc.EncodeToString([]byte(salt)) + "$" + enc.EncodeToString(key)
}

// equal compares in constant time; unlike lengths differ at once.
func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// randomString returns n letters and digits (Django's get_random_string).
func randomString(n int) string {
	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(out) < n {
		_, _ = rand.Read(buf) // never fails: crypto/rand ends the program instead
		for _, b := range buf {
			if b >= 248 { // the largest multiple of 62 in a byte, so that each character is as likely
				continue
			}
			if out = append(out, alphanumeric[b%62]); len(out) == n {
				break
			}
		}
	}
	return string(out)
}
