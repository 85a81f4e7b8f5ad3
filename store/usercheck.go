package store

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// checkUser holds an account, as it becomes, against what the schema cannot say of it: its roles are roles, and somebody
// is left who may do everything. before is nil for a new one. What Couplet itself writes was checked where it comes from.
// Errors: *Invalid.
func (tx *Tx) checkUser(c *schema.Collection, before, after []value.Value) error {
	if !c.System || tx.Scope.IsSystem() {
		return nil
	}
	roles := c.Field("roles")
	if at := roles.Position; before == nil || before[at] != after[at] {
		if problem := tx.checkRoles(after[at]); problem != "" {
			return refused(roles, after[at], problem)
		}
	}
	if before == nil {
		return nil
	}
	err := tx.keepSuperuser(before, after, c)
	if errors.Is(err, ErrLastSuperuser) {
		lost := c.Field("is_active")
		if after[lost.Position].Bool() {
			lost = c.Field("is_superuser")
		}
		return refused(lost, after[lost.Position], "This is the last superuser who can log in.")
	}
	return err
}

// checkRoles says what is wrong with a list of roles, "" for nothing.
func (tx *Tx) checkRoles(v value.Value) string {
	var names []string
	if v.IsNull() || json.Unmarshal([]byte(v.Text()), &names) != nil {
		return "This must be a list of the names of roles."
	}
	known := tx.Schema.Roles
	for _, name := range names {
		if !slices.ContainsFunc(known, func(r *schema.Role) bool { return r.Name == name }) {
			return "There is no role " + strconv.Quote(name) + "."
		}
	}
	return ""
}

// keepSuperuser makes sure that somebody is left who may do everything when an account becomes another one, or goes
// (after is nil). Whoever is left is held, so that two cannot take the right from each other at once.
func (tx *Tx) keepSuperuser(before, after []value.Value, c *schema.Collection) error {
	if !c.System || tx.Scope.IsSystem() || !reigns(c, before) || after != nil && reigns(c, after) {
		return nil
	}
	yes := func(name string) sqlb.Arg { return sqlb.Arg{Type: c.Field(name).Type, Value: value.Bool(true)} }
	var others []value.Value
	err := tx.Query("SELECT "+sqlb.Quote(c.Key.Column)+" FROM "+sqlb.Quote(c.Table)+
		" WHERE is_superuser = $1 AND is_active = $2 AND "+sqlb.Quote(c.Key.Column)+" <> $3 ORDER BY 1 LIMIT 1",
		[]sqlb.Arg{yes("is_superuser"), yes("is_active"), {Type: c.Key.Type, Value: before[c.Key.Position]}}, func(r db.Row) error {
			others = append(others, r.Value(0, c.Key.Type))
			return nil
		})
	if err != nil {
		return err
	}
	for _, key := range others {
		rec, err := tx.hold(c, key)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil || reigns(c, rec.Values) {
			return err
		}
	}
	return ErrLastSuperuser
}

// reigns reports whether an account may do everything.
func reigns(c *schema.Collection, values []value.Value) bool {
	return values[c.Field("is_superuser").Position].Bool() && values[c.Field("is_active").Position].Bool()
}
