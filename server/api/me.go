package api

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// meBody says who is asking and what they may do: all that the admin needs before it paints.
type meBody struct {
	ID          string          `json:"id"`
	Username    string          `json:"username"`
	Email       string          `json:"email"`
	FirstName   string          `json:"first_name"`
	LastName    string          `json:"last_name"`
	Staff       bool            `json:"is_staff"`
	Superuser   bool            `json:"is_superuser"`
	Roles       []string        `json:"roles"`
	Admin       bool            `json:"admin" doc:"They may enter the admin."`
	Screens     []string        `json:"screens" doc:"The admin's screens that they may open."`
	Preferences json.RawMessage `json:"preferences" doc:"What GET preferences/ answers."`
	Collections []permissionRow `json:"collections"`
	Schema      string          `json:"schema" doc:"Hash of the document in force."`
	Site        string          `json:"site"`
	Version     string          `json:"version"`
	Revision    string          `json:"revision"`
	Mail        bool            `json:"mail" doc:"A mail server is set."`
	PublicURL   string          `json:"public_url"`
}

// permissionRow says what the caller may do with a collection: "all", "some" (by a rule) or "none".
type permissionRow struct {
	Collection string `json:"collection"`
	Label      string `json:"label"`
	Plural     string `json:"label_plural"`
	Display    string `json:"display" doc:"The field that names a record, or the path to it; empty: the key."`
	System     bool   `json:"system"`
	View       string `json:"view" openapi:"enum=all|some|none"`
	Add        string `json:"add" openapi:"enum=all|some|none"`
	Change     string `json:"change" openapi:"enum=all|some|none"`
	Delete     string `json:"delete" openapi:"enum=all|some|none"`
}

// The admin's screens, in its order: those of everybody who may enter, and those of superusers.
var (
	allScreens  = []string{"data", "schema", "access", "people", "activity", "jobs", "webhooks", "logs", "metrics", "live", "backups", "settings", "api"}
	openScreens = []string{"data", "activity", "api"}
)

func (c *Call) me() (any, error) {
	s, account := c.compiled.state.Schema, c.account()
	var own string
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		own, _, err = store.Preferences(conn, account.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	version, revision := store.Build()
	return meBody{
		ID: account.ID, Username: account.Username, Email: account.Email, FirstName: account.FirstName, LastName: account.LastName,
		Staff: c.User.Staff, Superuser: c.User.Superuser, Roles: append([]string{}, c.User.Roles...),
		Admin: c.mayEnter(), Screens: c.screens(), Preferences: json.RawMessage(own),
		Collections: c.permissionRows(), Schema: s.Hash, Site: c.site(), Version: version, Revision: revision,
		Mail: c.API.Mail.Set(), PublicURL: c.API.PublicURL(),
	}, nil
}

// mayEnter reports whether the admin is for the caller: staff, superusers, and whoever has a role of the document.
func (c *Call) mayEnter() bool {
	has := func(role string) bool { return c.compiled.state.Schema.Role(role) != nil }
	return c.User.Staff || c.User.Superuser || slices.ContainsFunc(c.User.Roles, has)
}

func (c *Call) screens() []string {
	switch {
	case !c.mayEnter():
		return []string{}
	case c.superuser():
		return allScreens
	}
	return openScreens
}

// permissionRows lists the collections of which the caller may view or add records.
func (c *Call) permissionRows() []permissionRow {
	out := []permissionRow{}
	for _, coll := range c.compiled.state.Schema.Collections {
		may := func(a schema.Action) string { return extent(c.Scope.Grant(coll, a)) }
		row := permissionRow{
			Collection: coll.Name, Label: coll.Label, Plural: coll.LabelPlural, Display: displayOf(coll), System: coll.System,
			View: may(schema.View), Add: may(schema.Add), Change: may(schema.Change), Delete: may(schema.Delete),
		}
		if row.View != "none" || row.Add != "none" {
			out = append(out, row)
		}
	}
	return out
}

// displayOf is the field that names the records of a collection, or the path to it.
func displayOf(coll *schema.Collection) string {
	var names []string
	for _, f := range coll.DisplayPath {
		names = append(names, f.Name)
	}
	if len(names) == 0 && coll.Display != nil {
		return coll.Display.Name
	}
	return strings.Join(names, ".")
}

func extent(g access.Grant) string {
	switch {
	case g.None:
		return "none"
	case g.All:
		return "all"
	}
	return "some"
}
