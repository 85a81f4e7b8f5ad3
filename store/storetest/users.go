package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/value"
)

// users holds what a request knows of its user: as the last commit left them.
func users(t *testing.T, open Open) {
	w := newWorld(t, open, rightsDocument)
	key := w.user("ada", "readers")
	get := func() *access.User {
		t.Helper()
		u, err := w.s.User(t.Context(), w.key("users", key))
		w.must(err)
		return u
	}
	if u := get(); !u.Active || u.Staff || u.Superuser || u.Username != "ada" || !slices.Equal(u.Roles, []string{"readers"}) || len(u.Permissions) != 0 {
		t.Errorf("%+v", u)
	}
	if first, second := get(), get(); first != second {
		t.Error("a user is read again though nothing has changed")
	}
	w.update("users", key, `{"is_active": false}`)
	if get().Active {
		t.Error("a deactivation does not count")
	}
	w.update("users", key, `{"is_active": true, "roles": ["editors", "readers"], "permissions": ["posts.add"], "is_staff": true, "token_epoch": 4}`)
	if u := get(); !u.Active || !slices.Equal(u.Roles, []string{"editors", "readers"}) || !slices.Equal(u.Permissions, []string{"posts.add"}) || !u.Staff || u.Epoch != 4 {
		t.Errorf("%+v", u)
	}
	_, err := w.write(w.system(), func(tx *store.Tx) error {
		return tx.SetUser(w.key("users", key), map[string]value.Value{"is_superuser": value.Bool(true), "password": value.Text("secret hash")})
	})
	w.must(err)
	if !get().Superuser {
		t.Error("SetUser does not count")
	}
	_, err = w.write(w.system(), func(tx *store.Tx) error {
		if err := tx.SetUser(w.key("users", key), map[string]value.Value{"is_superuser": value.Bool(false)}); err != nil {
			return err
		}
		return store.ErrConflict
	})
	wantError(t, "a failing transaction", store.ErrConflict, err)
	if !get().Superuser {
		t.Error("what was rolled back counts")
	}
	want(t, "log", `update users `+key+` {password:null,is_superuser:[false,true]}`, lastLine(w.log("")))
	w.read(func(r *store.Reader) error {
		rec, err := r.UserRecord("username", value.Text("ada"))
		if err == nil && w.collection("users").Key.Type.String(rec.Key()) != key {
			t.Error("UserRecord found another")
		}
		_, missing := r.UserRecord("email", value.Text(""))
		wantError(t, "nobody", store.ErrNotFound, func() error { _, err := r.UserRecord("username", value.Text("bob")); return err }())
		w.must(missing) // one user has the empty address: ada
		return err
	})
	w.user("bob")
	w.read(func(r *store.Reader) error {
		_, err := r.UserRecord("email", value.Text(""))
		wantError(t, "two with one address", store.ErrNotFound, err)
		return nil
	})
	w.delete("users", key)
	_, err = w.s.User(t.Context(), w.key("users", key))
	wantError(t, "a deleted user", store.ErrNotFound, err)
	_, err = w.s.User(t.Context(), value.Int(12345))
	wantError(t, "nobody", store.ErrNotFound, err)
}

func lastLine(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '\n' {
			return s[i+1:]
		}
	}
	return s
}

// usersConcurrently holds that once a change of a user is acknowledged, no reader gets the user of before.
func usersConcurrently(t *testing.T, open Open) {
	w := newWorld(t, open, rightsDocument)
	key := w.key("users", w.user("ada"))
	stop := make(chan struct{})
	var acknowledged atomic.Int64
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				least := acknowledged.Load()
				u, err := w.s.User(context.Background(), key)
				if err != nil || u.Epoch < least {
					t.Errorf("after the change to epoch %d: %+v, %v", least, u, err)
					return
				}
			}
		})
	}
	for epoch := int64(1); epoch <= 100; epoch++ {
		_, err := w.write(w.system(), func(tx *store.Tx) error {
			return tx.SetUser(key, map[string]value.Value{"token_epoch": value.Int(epoch), "first_name": value.Text(fmt.Sprint(epoch))})
		})
		if err != nil {
			t.Error(err)
			break
		}
		acknowledged.Store(epoch)
		if u, err := w.s.User(context.Background(), key); err != nil || u.Epoch != epoch {
			t.Errorf("after the change to epoch %d: %+v, %v", epoch, u, err)
			break
		}
	}
	close(stop)
	readers.Wait()
}
