package auth

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
)

const oddPassword = "lètmein ☃"

// Hashes that Django 5.2 (or, for bcrypt, libxcrypt) made of oddPassword; those of argon2 are from
// the tests of Django and the examples of the reference implementation.
var djangoHashes = []struct{ name, password, hash string }{
	{"pbkdf2_sha256", oddPassword, "pbkdf2_sha256$1000$seasalt$BXE1MPAI0FCyxz8/vsdoKwg4GxATTxdsDoINUBMgGow="},
	{"pbkdf2_sha1", oddPassword, "pbkdf2_sha1$1000$seasalt$9sDEy1XxixTuJG+3dfSLRQKCJLQ="},
	{"scrypt", oddPassword, "scrypt$1024$seasalt$8$2$gY87JnIfjoMtDGCME8SaRzYNZtGrAvUI/FMOmT2HQd/Ous8YJBqthC4F/sDnH5/SFun94BV/j8fYdaqHz5CFiw=="},
	{"bcrypt_sha256", oddPassword, "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuu7SNfzbydgDuMCx7MR6/ZXeYOxNIQnnu"},
	{"bcrypt", oddPassword, "bcrypt$$2b$04$abcdefghijklmnopqrstuuoZ4p.17ZLmSNVY7xxHcuwN4reX3V.uq"},
	{"argon2id", "secret", "argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw"},
	{"argon2i", "password", "argon2$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG"},
	{"fixture", "user-Pass-123", "pbkdf2_sha256$260000$conformancesalt$Fribg5/EfcInnQWxSD2FLdXgq8pXahrDWyqgEvLQvjc="},
}

func TestVerifyDjangoHashes(t *testing.T) {
	h := NewHasher(1, 1)
	for _, c := range djangoHashes {
		for password, want := range map[string]bool{c.password: true, c.password + " ": false, "": false} {
			ok, err := h.Verify(context.Background(), password, c.hash)
			if err != nil || ok != want {
				t.Errorf("%s: Verify(%q) = %v, %v, want %v", c.name, password, ok, err, want)
			}
		}
		if !NeedsUpgrade(c.hash) {
			t.Errorf("%s: NeedsUpgrade = false", c.name)
		}
		if !KnownHash(c.hash) {
			t.Errorf("%s: KnownHash = false", c.name)
		}
	}
}

func TestHash(t *testing.T) {
	h, ctx := NewHasher(1, 1), context.Background()
	hash, err := h.Hash(ctx, oddPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "argon2$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q has not the wanted cost", hash)
	}
	if ok, err := h.Verify(ctx, oddPassword, hash); !ok || err != nil {
		t.Errorf("own hash does not verify: %v", err)
	}
	if ok, _ := h.Verify(ctx, oddPassword+"x", hash); ok {
		t.Error("another password verifies")
	}
	if NeedsUpgrade(hash) {
		t.Error("own hash needs an upgrade")
	}
	if again, _ := h.Hash(ctx, oddPassword); again == hash {
		t.Error("the salt is the same twice")
	}
	if _, err := h.Hash(ctx, strings.Repeat("x", MaxPassword+1)); err == nil {
		t.Error("a password beyond the limit was hashed")
	}
}

// TestBadHashes: what cannot be read matches nothing, costs no more than an honest hash, and never panics.
func TestBadHashes(t *testing.T) {
	h := NewHasher(1, 1)
	for _, hash := range []string{
		"", "!", UnusablePassword(), "plain", "md5$salt$0123", "pbkdf2_sha256$x$y$z", "pbkdf2_sha256$99999999$salt$AAAA",
		"pbkdf2_sha256$1$salt$", "argon2$argon2id$v=19$m=4194304,t=9,p=1$c2FsdHNhbHQ$AAAAAAAA", "argon2$argon2id$v=16$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
		"argon2$argon2d$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA", "argon2$argon2id$v=19$m=0,t=0,p=0$$", "argon2$$$$", "scrypt$3$s$8$1$AAAA",
		"scrypt$1073741824$s$8$1$AAAA", "bcrypt_sha256$$2b$31$abcdefghijklmnopqrstuu7SNfzbydgDuMCx7MR6/ZXeYOxNIQnnu", "bcrypt$", "$", "$$$",
	} {
		if ok, err := h.Verify(context.Background(), "", hash); ok || err != nil {
			t.Errorf("Verify(%q) = %v, %v", hash, ok, err)
		}
	}
	if NeedsUpgrade(UnusablePassword()) || IsUsable(UnusablePassword()) || IsUsable("") {
		t.Error("an unusable password counts as usable")
	}
}

func TestHasherIsBounded(t *testing.T) {
	h := NewHasher(1, 1)
	if err := h.enter(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		if _, err := h.Verify(ctx, "x", ""); !errors.Is(err, ErrBusy) || !errors.Is(err, context.Canceled) {
			t.Errorf("a waiter whose request ended got %v", err)
		}
	}()
	for h.waiting.Load() == 0 {
		runtime.Gosched() // until the other goroutine has arrived
	}
	if _, err := h.Hash(context.Background(), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("beyond the queue: %v, want ErrBusy", err)
	}
	cancel()
	wg.Wait()
	h.leave()
	if _, err := h.Hash(context.Background(), "x"); err != nil {
		t.Errorf("after the rush: %v", err)
	}
}
