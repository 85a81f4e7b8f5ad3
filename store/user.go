package store

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// userCacheSize is how many users are kept; the cache is emptied when it is full.
const userCacheSize = 10_000

// userCache keeps what requests need to know of their users. A commit that touches a user forgets him, so that a
// deactivation or a new role counts from the next request on.
type userCache struct {
	mu    sync.RWMutex
	byKey map[value.Value]*access.User
	held  int    // how many forbid that any is kept
	stamp uint64 // grows with every forget, so that a read that began before it stores nothing
}

func (u *userCache) get(key value.Value) (user *access.User, stamp uint64) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.byKey[key], u.stamp
}

func (u *userCache) put(user *access.User, stamp uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if stamp != u.stamp || u.held > 0 {
		return
	}
	if u.byKey == nil || len(u.byKey) >= userCacheSize {
		u.byKey = map[value.Value]*access.User{}
	}
	u.byKey[user.Key] = user
}

func (u *userCache) forget(key value.Value) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stamp++
	delete(u.byKey, key)
}

func (u *userCache) forgetAll() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stamp++
	u.byKey = nil
}

// hold forgets all users, and keeps none until release.
func (u *userCache) hold() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stamp++
	u.held++
	u.byKey = nil
}

func (u *userCache) release() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stamp++
	u.held--
}

// User returns a user by key, active or not, or ErrNotFound. It is answered from memory after the first time.
func (s *Store) User(ctx context.Context, key value.Value) (*access.User, error) {
	user, stamp := s.users.get(key)
	if user != nil {
		return user, nil
	}
	user, err := s.loadUser(ctx, key)
	if err != nil {
		return nil, err
	}
	s.users.put(user, stamp)
	return user, nil
}

func (s *Store) loadUser(ctx context.Context, key value.Value) (user *access.User, err error) {
	st := s.State()
	err = s.engine.Read(ctx, func(c db.Conn) error {
		rec, err := loadRecord(c, st, s.engine.Dialect(), st.Schema.Users(), key)
		if err == nil {
			user, err = newUser(rec)
		}
		return err
	})
	return user, err
}

// UserOf is an account's record as what a scope knows of a user.
func UserOf(rec *Record) (*access.User, error) { return newUser(rec) }

func newUser(rec *Record) (*access.User, error) {
	rec.conn = nil // the snapshot ends; see Record.One
	c := rec.Collection
	get := func(name string) value.Value { return rec.Values[c.Field(name).Position] }
	u := &access.User{
		Key: rec.Key(), Username: get("username").Text(), Epoch: get("token_epoch").Int(), Record: rec,
		Active: get("is_active").Bool(), Staff: get("is_staff").Bool(), Superuser: get("is_superuser").Bool(),
	}
	for name, list := range map[string]*[]string{"roles": &u.Roles, "permissions": &u.Permissions} {
		if v := get(name); !v.IsNull() && v.Text() != "" {
			if err := json.Unmarshal([]byte(v.Text()), list); err != nil {
				return nil, err
			}
		}
	}
	return u, nil
}

// UserRecord returns the user whose field (username, email) has a value, compared as it is stored, with every column.
// ErrNotFound where there is none. It sees everybody: it is for log-in, not for answers.
func (r *Reader) UserRecord(field string, v value.Value) (*Record, error) {
	c := r.Schema.Users()
	f := c.Field(field)
	var rec *Record
	sql := "SELECT " + columnList(c.Columns, "") + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(f.Column) + " = $1 LIMIT 2"
	n := 0
	err := r.Query(sql, []sqlb.Arg{{Type: f.Type, Value: v}}, func(row db.Row) error {
		n++
		rec = r.NewRecord(c, scan(row, c.Columns))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if n != 1 { // two users with one email: neither can log in by it
		return nil, ErrNotFound
	}
	return rec, nil
}

// Get returns the value of a record's field by name; the field must have a column.
func (r *Record) Get(name string) value.Value { return r.Values[r.Collection.Field(name).Position] }

// SetUser changes a user's own fields (last_login, password, …) outside any permission: for accounts.
func (tx *Tx) SetUser(key value.Value, values map[string]value.Value) error {
	c := tx.Schema.Users()
	before, err := tx.hold(c, key)
	if err != nil {
		return err
	}
	after := append([]value.Value(nil), before.Values...)
	for name, v := range values {
		after[c.Field(name).Position] = v
	}
	d := newDiff(c)
	if err := tx.store1(before, after, d); err != nil || d.empty() {
		return err
	}
	return tx.log(RecordChange{Collection: c, Key: key, Op: OpUpdate, Before: before.Values, After: after}, d)
}
