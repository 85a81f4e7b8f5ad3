package server_test

import (
	"fmt"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// The matrix says what every role grants on every collection, what else counts, and how many people hold what.
func TestMatrix(t *testing.T) {
	w := newWorld(t)
	w.user(auth.NewUser{Username: "gone", Roles: []string{"writers"}})
	w.staff.want("GET", "/api/_/access/matrix/", "", 403, "")
	w.root.want("PATCH", "/api/_/records/users/5/", `{"is_active":false}`, 200, "")
	w.root.want("PATCH", "/api/_/records/users/4/", `{"permissions":["notes.add"]}`, 200, "")
	text := w.root.want("GET", "/api/_/access/matrix/", "", 200, "")
	contains(t, text, `"superusers":1,"roles":[{"name":"signed_in","label":"Signed in","built_in":true,"people":4}`,
		`{"name":"anyone","label":"Anyone","built_in":true,"people":null}`, `{"name":"writers","label":"Writers","built_in":false,"people":2}`, `"unknown_roles":[]`)
	type cell struct{ Grant, Rule, From string }
	m := decoded[struct {
		Collections []struct {
			Collection   string
			Rules, Floor map[string]string
			Cells        map[string]map[string]cell
			Personal     map[string]int
			Resources    []struct{ Resource, Permission string }
		}
	}](t, text)
	for _, c := range m.Collections {
		if len(c.Cells) != 3 || len(c.Cells["anyone"]) != 4 {
			t.Errorf("%s has the cells %v", c.Collection, c.Cells)
		}
		switch c.Collection {
		case "notes":
			if got := fmt.Sprintf("%v %v %s %d %v", c.Cells["writers"]["view"], c.Cells["writers"]["delete"], c.Rules["change"], c.Personal["add"], c.Resources); got !=
				"{rule owner == user.id || stars > 0 notes} {none  } stars < 5 1 [{notes roles}]" {
				t.Error(got)
			}
		case "tags":
			if got := fmt.Sprint(c.Cells["anyone"]["view"], c.Cells["signed_in"]["view"]); got != "{all  tags} {none  }" {
				t.Error(got)
			}
		case "users":
			if got := c.Floor["change"] + c.Floor["view"]; got != "!this.is_superuser" {
				t.Error(got)
			}
		}
	}
}
