package store

import (
	"errors"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// The kinds of what people keep beside the records.
const (
	OwnedView        = "view"        // a saved view of a collection; About is the collection's id
	OwnedPreferences = "preferences" // of one user, whose key is the id
	OwnedDraft       = "draft"       // of the schema document; About is the hash of its base
)

// Owned is something that a user keeps for himself or shares. Its body is a JSON object whose meaning the kind gives.
type Owned struct {
	Kind      string
	ID        string
	Owner     string // the key of the user
	About     string
	Name      string
	Shared    bool
	Position  int64
	Version   int64 // 0: not stored yet; each SaveOwned adds one
	Body      string
	Created   time.Time
	Changed   time.Time
	ChangedBy string
}

const ownedColumns = "kind, id, owner, about, name, shared, position, version, body, created, changed, changed_by"

// OwnedByID returns one of a kind, or ErrNotFound.
func OwnedByID(c db.Conn, kind, id string) (*Owned, error) {
	list, err := owned(c, "kind = $1 AND id = $2", sqlb.T(kind), sqlb.T(id))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list[0], nil
}

// OwnedFor returns what a user sees of a kind: what is shared, then his own, each in its order.
func OwnedFor(c db.Conn, kind, user string) ([]*Owned, error) {
	return owned(c, "kind = $1 AND (owner = $2 OR shared = 1)", sqlb.T(kind), sqlb.T(user))
}

func owned(c db.Conn, where string, args ...sqlb.Arg) ([]*Owned, error) {
	var list []*Owned
	err := c.Query("SELECT "+ownedColumns+" FROM couplet_owned WHERE "+where+" ORDER BY shared DESC, position, created, id", args, func(r db.Row) error {
		list = append(list, &Owned{
			Kind: r.Text(0), ID: r.Text(1), Owner: r.Text(2), About: r.Text(3), Name: r.Text(4), Shared: r.Int(5) != 0, Position: r.Int(6),
			Version: r.Int(7), Body: r.Text(8), Created: rowTime(r, 9), Changed: rowTime(r, 10), ChangedBy: r.Text(11),
		})
		return nil
	})
	return list, err
}

// CountOwned returns how many of a kind a user has.
func CountOwned(c db.Conn, kind, user string) (n int64, err error) {
	err = c.Query("SELECT count(*) FROM couplet_owned WHERE kind = $1 AND owner = $2", []sqlb.Arg{sqlb.T(kind), sqlb.T(user)}, func(r db.Row) error {
		n = r.Int(0)
		return nil
	})
	return n, err
}

// SaveOwned stores it under its next version, in the place of what has its id. The caller has made sure that it is the
// version that he read, in the same transaction.
func SaveOwned(c db.Conn, o *Owned) error {
	o.Version++
	_, err := c.Exec("INSERT INTO couplet_owned ("+ownedColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "+
		"ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, about = excluded.about, name = excluded.name, shared = excluded.shared, "+
		"position = excluded.position, version = excluded.version, body = excluded.body, changed = excluded.changed, changed_by = excluded.changed_by",
		sqlb.T(o.Kind), sqlb.T(o.ID), sqlb.T(o.Owner), sqlb.T(o.About), sqlb.T(o.Name), flag(o.Shared), sqlb.I(o.Position), sqlb.I(o.Version),
		sqlb.T(o.Body), timeArg(o.Created), timeArg(o.Changed), sqlb.T(o.ChangedBy))
	return err
}

// MoveOwned gives one another place in its order, which is no other version of it.
func MoveOwned(c db.Conn, kind, id string, position int64) error {
	_, err := c.Exec("UPDATE couplet_owned SET position = $1 WHERE kind = $2 AND id = $3", sqlb.I(position), sqlb.T(kind), sqlb.T(id))
	return err
}

// DeleteOwned deletes one of a kind.
func DeleteOwned(c db.Conn, kind, id string) error {
	_, err := c.Exec("DELETE FROM couplet_owned WHERE kind = $1 AND id = $2", sqlb.T(kind), sqlb.T(id))
	return err
}

// ForgetOwned deletes what a user kept for himself alone.
func ForgetOwned(c db.Conn, user string) error {
	_, err := c.Exec("DELETE FROM couplet_owned WHERE owner = $1 AND shared = 0", sqlb.T(user))
	return err
}

// Preferences returns a user's preferences, a JSON object, and their version, 0 where none are kept.
func Preferences(c db.Conn, user string) (text string, version int64, err error) {
	o, err := OwnedByID(c, OwnedPreferences, user)
	switch {
	case errors.Is(err, ErrNotFound):
		return "{}", 0, nil
	case err != nil:
		return "", 0, err
	}
	return o.Body, o.Version, nil
}
