package auth

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// Bounds on the cost that a stored hash may ask for, so that an imported one cannot stop the server.
const (
	maxIterations  = 10_000_000
	maxArgonMemory = 256 * 1024 // KiB
	maxArgonWork   = 1024 * 1024
	maxBcryptCost  = 15
	maxScryptWork  = 1 << 21 // n*r*p
	maxScryptSpace = 256 << 20
)

// verifiers check a password against the part of a hash after its name; ok is false for a hash they cannot read.
var verifiers = map[string]func(password, rest string) (match, ok bool){
	"pbkdf2_sha256": func(p, rest string) (bool, bool) { return verifyPBKDF2(p, rest, sha256.New, sha256.Size) },
	"pbkdf2_sha1":   func(p, rest string) (bool, bool) { return verifyPBKDF2(p, rest, sha1.New, sha1.Size) },
	"argon2":        verifyArgon2,
	"bcrypt_sha256": func(p, rest string) (bool, bool) {
		sum := sha256.Sum256([]byte(p))
		return verifyBcrypt(hex.EncodeToString(sum[:]), rest)
	},
	"bcrypt": verifyBcrypt,
	"scrypt": verifyScrypt,
}

// verifyEncoded checks a password against a hash of any of Django's hashers (but MD5).
func verifyEncoded(password, encoded string) (match, ok bool) {
	name, rest, found := strings.Cut(encoded, "$")
	verify := verifiers[name]
	if !found || verify == nil {
		return false, false
	}
	return verify(password, rest)
}

// verifyPBKDF2 reads "iterations$salt$base64".
func verifyPBKDF2(password, rest string, digest func() hash.Hash, size int) (bool, bool) {
	parts := strings.SplitN(rest, "$", 3)
	if len(parts) != 3 {
		return false, false
	}
	n, err := strconv.Atoi(parts[0])
	want, decodeErr := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || decodeErr != nil || n < 1 || n > maxIterations || len(want) != size {
		return false, false
	}
	got, err := pbkdf2.Key(digest, password, []byte(parts[1]), n, size)
	return err == nil && equal(got, want), err == nil
}

// verifyArgon2 reads "argon2id$v=19$m=19456,t=2,p=1$salt$hash"; argon2i is read, too, argon2d is not.
func verifyArgon2(password, rest string) (bool, bool) {
	parts := strings.Split(rest, "$")
	if len(parts) != 5 || parts[1] != "v="+strconv.Itoa(argon2.Version) {
		return false, false
	}
	memory, passes, lanes, ok := argonCost(parts[2])
	salt, err := base64.RawStdEncoding.DecodeString(parts[3])
	want, hashErr := base64.RawStdEncoding.DecodeString(parts[4])
	if !ok || err != nil || hashErr != nil || len(want) < 4 || len(want) > 128 {
		return false, false
	}
	derive := argon2.IDKey
	switch parts[0] {
	case "argon2id":
	case "argon2i":
		derive = argon2.Key
	default:
		return false, false
	}
	return equal(derive([]byte(password), salt, passes, memory, lanes, uint32(len(want))), want), true
}

// argonCost reads "m=19456,t=2,p=1".
func argonCost(s string) (memory, passes uint32, lanes uint8, ok bool) {
	var n [3]uint64
	fields := strings.Split(s, ",")
	if len(fields) != 3 {
		return 0, 0, 0, false
	}
	for i, name := range []string{"m=", "t=", "p="} {
		text, found := strings.CutPrefix(fields[i], name)
		v, err := strconv.ParseUint(text, 10, 32)
		if !found || err != nil || v < 1 {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	if n[0] > maxArgonMemory || n[0]*n[1] > maxArgonWork || n[2] > 64 {
		return 0, 0, 0, false
	}
	return uint32(n[0]), uint32(n[1]), uint8(n[2]), true
}

// verifyBcrypt reads "$2b$12$…": Django writes the name, a dollar and bcrypt's own text.
func verifyBcrypt(password, rest string) (bool, bool) {
	cost, err := bcrypt.Cost([]byte(rest))
	if err != nil || cost > maxBcryptCost {
		return false, false
	}
	secret := []byte(password)
	if len(secret) > 72 { // what bcrypt takes; only plain bcrypt hashes can come here with more
		secret = secret[:72]
	}
	return bcrypt.CompareHashAndPassword([]byte(rest), secret) == nil, true
}

// verifyScrypt reads "n$salt$r$p$base64".
func verifyScrypt(password, rest string) (bool, bool) {
	parts := strings.Split(rest, "$")
	if len(parts) != 5 {
		return false, false
	}
	n, errN := strconv.Atoi(parts[0])
	r, errR := strconv.Atoi(parts[2])
	p, errP := strconv.Atoi(parts[3])
	want, errHash := base64.StdEncoding.DecodeString(parts[4])
	if errN != nil || errR != nil || errP != nil || errHash != nil || len(want) == 0 || len(want) > 128 {
		return false, false
	}
	if n < 2 || r < 1 || p < 1 || n > 1<<20 || r > 64 || p > 64 || n*r*p > maxScryptWork || 128*n*r > maxScryptSpace {
		return false, false
	}
	got, err := scrypt.Key([]byte(password), []byte(parts[1]), n, r, p, len(want))
	return err == nil && equal(got, want), err == nil
}
