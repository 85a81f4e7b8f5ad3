package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Account is a user as authentication and the account endpoints see one. It is shared: do not change it.
type Account struct {
	User      *access.User
	Key       value.Value
	ID        string // the key as text, as in the user_id claim
	Username  string
	Email     string
	FirstName string
	LastName  string
	Password  string // hash
	Active    bool
	LastLogin time.Time // zero: never
	Epoch     int64     // Unix seconds; tokens issued before it are refused
}

// Attributes returns what a password must not resemble, under Django's verbose names and in its order.
func (a *Account) Attributes() []Attribute {
	return []Attribute{{"username", a.Username}, {"first name", a.FirstName}, {"last name", a.LastName}, {"email address", a.Email}}
}

// NextEpoch returns the token epoch that ends every token issued up to now, those of this second included.
func (a *Account) NextEpoch(now time.Time) int64 { return max(now.Unix()+1, a.Epoch+1) }

// ErrNoUser says that there is no such user.
var ErrNoUser = errors.New("auth: no such user")

// Users finds accounts; errors are ErrNoUser or failures. Directory is the one over a store.
type Users interface {
	ByID(ctx context.Context, id string) (*Account, error)
	ByLogin(ctx context.Context, name string) (*Account, error) // by username, or by e-mail where that is allowed
}

// Directory finds accounts in a store. What it has found it keeps as long as the store's user stays the same.
type Directory struct {
	store *store.Store
	cache *cache[string, *Account]
}

// NewDirectory returns a Directory over a store.
func NewDirectory(st *store.Store) *Directory {
	return &Directory{st, newCache[string, *Account](maxRemembered)}
}

// ByID returns the user whose key, as text, is id.
func (d *Directory) ByID(ctx context.Context, id string) (*Account, error) {
	if known, ok := d.cache.get(id); ok {
		if user, err := d.store.User(ctx, known.Key); err == nil && user == known.User {
			return known, nil
		}
	}
	key, err := d.store.Schema().Users().Key.Type.Parse(id)
	if err != nil || !validText(id) {
		return nil, ErrNoUser
	}
	user, err := d.store.User(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoUser
	}
	if err != nil {
		return nil, err
	}
	a := newAccount(user, d.store.Schema().Users().Key.Type.String(key))
	if a.ID == id {
		d.cache.put(id, a)
	}
	return a, nil
}

func newAccount(u *access.User, id string) *Account {
	a := &Account{User: u, Key: u.Key, ID: id, Username: u.Username, Active: u.Active, Epoch: u.Epoch}
	rec, ok := u.Record.(*store.Record)
	if !ok {
		return a
	}
	a.Email, a.Password = rec.Get("email").Text(), rec.Get("password").Text()
	a.FirstName, a.LastName = rec.Get("first_name").Text(), rec.Get("last_name").Text()
	a.LastLogin, _ = value.TimeOf(rec.Get("last_login"))
	return a
}

// ByLogin returns the user that may log in by a name: a username, or an e-mail address in any case, as the project's
// settings allow. An address that two users have is nobody's.
func (d *Directory) ByLogin(ctx context.Context, name string) (*Account, error) {
	if name == "" || len(name) > 512 || !validText(name) {
		return nil, ErrNoUser
	}
	by := d.store.Schema().Settings.Accounts.LoginBy
	if slices.Contains(by, "username") || len(by) == 0 {
		var key value.Value
		err := d.store.Read(ctx, access.System(d.store.State().Policy), func(r *store.Reader) error {
			rec, err := r.UserRecord("username", value.Text(name))
			if err == nil {
				key = rec.Key()
			}
			return err
		})
		if err == nil {
			return d.byKey(ctx, key)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	if !slices.Contains(by, "email") {
		return nil, ErrNoUser
	}
	list, err := d.ByEmail(ctx, name)
	if err != nil || len(list) != 1 {
		return nil, errors.Join(err, ErrNoUser)
	}
	return list[0], nil
}

func (d *Directory) byKey(ctx context.Context, key value.Value) (*Account, error) {
	return d.ByID(ctx, d.store.Schema().Users().Key.Type.String(key))
}

// maxSameEmail bounds how many users of one address are looked at.
const maxSameEmail = 20

// ByEmail returns the users who have an address, in any case (Django's email__iexact).
func (d *Directory) ByEmail(ctx context.Context, email string) ([]*Account, error) {
	if email == "" || !validText(email) {
		return nil, nil
	}
	users := d.store.Schema().Users()
	f := users.Field("email")
	sql := "SELECT " + sqlb.Quote(users.Key.Column) + " FROM " + sqlb.Quote(users.Table) +
		" WHERE LOWER(" + sqlb.Quote(f.Column) + ") = LOWER($1) ORDER BY 1 LIMIT $2"
	var keys []value.Value
	err := d.store.Engine().Read(ctx, func(c db.Conn) error {
		return c.Query(sql, []sqlb.Arg{{Type: f.Type, Value: value.Text(email)}, sqlb.I(maxSameEmail)}, func(r db.Row) error {
			keys = append(keys, r.Value(0, users.Key.Type))
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	var list []*Account
	for _, key := range keys {
		a, err := d.byKey(ctx, key)
		if errors.Is(err, ErrNoUser) { // deleted meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
