package store

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// The states of an account.
const (
	PersonActive   = "active"
	PersonInactive = "inactive"
	PersonInvited  = "invited" // active, and waits for its person to choose a password
)

// People asks for accounts: by words, a role, a state; "" leaves each open.
type People struct {
	Words         string // each in the username, the e-mail address or the names
	Role, State   string
	Order         string // a field, "-" before it descends
	Limit, Offset int
}

// People returns the keys of accounts, whoever may see them, and how many there are beyond the page.
func (r *Reader) People(p People) (keys []value.Value, count int64, err error) {
	c := r.Schema.Users()
	b := sqlb.New(r.dialect)
	b.SQL(" FROM ").Name(c.Table).SQL(" WHERE TRUE")
	r.peopleWhere(b, c, p)
	err = r.Query("SELECT COUNT(*)"+b.String(), b.Args(), func(row db.Row) error {
		count = row.Int(0)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	name, desc := strings.CutPrefix(p.Order, "-")
	b.SQL(" ORDER BY ").Name(c.Field(name).Column)
	if desc {
		b.SQL(" DESC NULLS LAST")
	} else {
		b.SQL(" NULLS FIRST")
	}
	b.SQL(", ").Name(c.Key.Column).SQL(" LIMIT ").Arg(sqlb.IntType, value.Int(int64(p.Limit))).
		SQL(" OFFSET ").Arg(sqlb.IntType, value.Int(int64(p.Offset)))
	err = r.Query("SELECT "+sqlb.Quote(c.Key.Column)+b.String(), b.Args(), func(row db.Row) error {
		keys = append(keys, row.Value(0, c.Key.Type))
		return nil
	})
	return keys, count, err
}

func (r *Reader) peopleWhere(b *sqlb.Builder, c *schema.Collection, p People) {
	column := func(name string) string { return sqlb.Quote(c.Field(name).Column) }
	for _, word := range strings.Fields(p.Words) {
		for i, name := range []string{"username", "email", "first_name", "last_name"} {
			b.SQL([]string{" AND (", " OR ", " OR ", " OR "}[i])
			b.SQL(r.dialect.Contains(r.dialect.Fold(column(name)), r.dialect.Fold(b.Bind(sqlb.TextType, value.Text(word)))))
		}
		b.SQL(")")
	}
	if p.Role != "" {
		part, _ := json.Marshal(p.Role) // a text cannot fail; the column holds a list of them
		b.SQL(" AND ", r.dialect.Contains(r.dialect.AsText(column("roles")), b.Bind(sqlb.TextType, value.Text(string(part)))))
	}
	invited := "EXISTS (SELECT 1 FROM couplet_invitations WHERE user_key = " + r.dialect.AsText(sqlb.Quote(c.Table)+"."+sqlb.Quote(c.Key.Column)) + ")"
	active := func(yes bool) {
		b.SQL(" AND ", column("is_active"), " = ").Arg(c.Field("is_active").Type, value.Bool(yes))
	}
	switch p.State {
	case PersonInactive:
		active(false)
	case PersonInvited:
		active(true)
		b.SQL(" AND ", invited)
	case PersonActive:
		active(true)
		b.SQL(" AND NOT ", invited)
	}
}

// Holders says how many active accounts there are, and how many hold what.
type Holders struct {
	Active, Superusers int64
	Roles              map[string]int64
	Permissions        map[string]int64 // of their own: "notes.add"
}

// Holders counts active accounts by what they hold.
func (r *Reader) Holders() (*Holders, error) {
	c := r.Schema.Users()
	out := &Holders{Roles: map[string]int64{}, Permissions: map[string]int64{}}
	column := func(name string) string { return sqlb.Quote(c.Field(name).Column) }
	active := []sqlb.Arg{{Type: c.Field("is_active").Type, Value: value.Bool(true)}}
	from := " FROM " + sqlb.Quote(c.Table) + " WHERE " + column("is_active") + " = $1"
	err := r.Query("SELECT "+column("is_superuser")+", COUNT(*)"+from+" GROUP BY 1", active, func(row db.Row) error {
		out.Active += row.Int(1)
		if row.Value(0, c.Field("is_superuser").Type).Bool() {
			out.Superusers = row.Int(1)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	roles, own := r.dialect.AsText(column("roles")), r.dialect.AsText(column("permissions"))
	err = r.Query("SELECT "+roles+", "+own+", COUNT(*)"+from+" AND NOT ("+roles+" = '[]' AND "+own+" = '[]') GROUP BY 1, 2", active,
		func(row db.Row) error { return out.add(row.Text(0), row.Text(1), row.Int(2)) })
	return out, err
}

func (h *Holders) add(roles, permissions string, n int64) error {
	count := func(text string, to map[string]int64) error {
		var names []string
		if text == "" {
			return nil
		}
		err := json.Unmarshal([]byte(text), &names)
		for _, name := range names {
			to[name] += n
		}
		return err
	}
	return errors.Join(count(roles, h.Roles), count(permissions, h.Permissions))
}

// UserCounts returns, for each of some users, by key as text, how many live log-ins and API keys they have.
func UserCounts(c db.Conn, users []string, now int64) (logins, keys map[string]int64, err error) {
	logins, keys = map[string]int64{}, map[string]int64{}
	if len(users) == 0 {
		return logins, keys, nil
	}
	args := []sqlb.Arg{sqlb.I(now)}
	var marks []string
	for _, u := range users {
		args = append(args, sqlb.T(u))
		marks = append(marks, "$"+itoa(len(args)))
	}
	in := " user_key IN (" + strings.Join(marks, ", ") + ") GROUP BY user_key"
	count := func(from string, to map[string]int64) error {
		return c.Query("SELECT user_key, COUNT(*) FROM "+from+" AND"+in, args, func(row db.Row) error {
			to[row.Text(0)] = row.Int(1)
			return nil
		})
	}
	if err := count("couplet_logins WHERE revoked IS NULL AND expires > $1", logins); err != nil {
		return nil, nil, err
	}
	return logins, keys, count("couplet_api_keys WHERE revoked IS NULL AND (expires IS NULL OR expires > $1)", keys)
}

// BuiltInRole reports whether a role is everybody's rather than given to accounts.
func BuiltInRole(name string) bool { return name == access.Anyone || name == access.SignedIn }
