package auth

import (
	"testing"
	"time"
)

// TestResetTokenIsDjangos: the same tokens as Django's PasswordResetTokenGenerator under the same secret.
func TestResetTokenIsDjangos(t *testing.T) {
	now := djangoEpoch.Add(740000000 * time.Second)
	m := &MailKeys{Secret: []byte("test-secret"), Now: func() time.Time { return now }}
	a := &Account{ID: "42", Password: "pbkdf2_sha256$1$x$y", Email: "uma@example.com",
		LastLogin: time.Date(2024, 5, 1, 12, 30, 45, 123456000, time.UTC)}
	token := m.ResetToken(a)
	if want := "c8krnk-55c52ffcdeda9547d88622ab033b34a6"; token != want {
		t.Errorf("token %s, want %s", token, want)
	}
	never := *a
	never.LastLogin = time.Time{}
	if got, want := m.ResetToken(&never), "c8krnk-f3f01ef3883d2ca6f5d3d44f2ccdab28"; got != want {
		t.Errorf("token without log-in %s, want %s", got, want)
	}
	if UID(a) != "NDI" {
		t.Errorf("uid %s", UID(a))
	}
	if id, ok := ParseUID("NDI"); !ok || id != "42" {
		t.Errorf("ParseUID = %q, %v", id, ok)
	}
	checks := []struct {
		name   string
		change func(*Account)
		later  time.Duration
		token  string
		want   bool
	}{
		{"at once", nil, 0, token, true},
		{"after an hour", nil, time.Hour, token, true},
		{"later", nil, time.Hour + time.Second, token, false},
		{"new password", func(a *Account) { a.Password = "x" }, 0, token, false},
		{"new log-in", func(a *Account) { a.LastLogin = now }, 0, token, false},
		{"new e-mail", func(a *Account) { a.Email = "x@example.com" }, 0, token, false},
		{"other user", func(a *Account) { a.ID = "43" }, 0, token, false},
		{"other time", nil, 0, "c8krnz" + token[6:], false},
		{"garbage", nil, 0, "garbage", false},
		{"empty", nil, 0, "", false},
		{"huge time", nil, 0, "zzzzzzzzzzzzzzzzzzzz-1", false},
	}
	for _, c := range checks {
		b, m := *a, &MailKeys{Secret: m.Secret, Now: func() time.Time { return now.Add(c.later) }}
		if c.change != nil {
			c.change(&b)
		}
		if got := m.CheckResetToken(&b, c.token); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestEmailKey(t *testing.T) {
	now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	m := &MailKeys{Secret: []byte("s"), Now: func() time.Time { return now }}
	a := &Account{ID: "7", Email: "Old@example.com"}
	key := m.EmailKey(ChangeAddress, a, "new@example.com")
	if id, ok := EmailKeyUser(key); !ok || id != "7" {
		t.Fatalf("EmailKeyUser = %q, %v", id, ok)
	}
	if email, ok := m.CheckEmailKey(ChangeAddress, a, key); !ok || email != "new@example.com" {
		t.Errorf("CheckEmailKey = %q, %v", email, ok)
	}
	if _, ok := m.CheckEmailKey(VerifyAddress, a, key); ok {
		t.Error("a key for one purpose is good for another")
	}
	if _, ok := m.CheckEmailKey(ChangeAddress, &Account{ID: "7", Email: "new@example.com"}, key); ok {
		t.Error("a key is good after the address changed")
	}
	if _, ok := m.CheckEmailKey(ChangeAddress, &Account{ID: "8", Email: a.Email}, key); ok {
		t.Error("a key is good for another user")
	}
	if _, ok := m.CheckEmailKey(ChangeAddress, a, key+"x"); ok {
		t.Error("a changed key is good")
	}
	now = now.Add(VerifyLifetime + time.Second)
	if _, ok := m.CheckEmailKey(ChangeAddress, a, key); ok {
		t.Error("an old key is good")
	}
}
