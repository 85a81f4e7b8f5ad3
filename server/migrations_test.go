package server_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
)

// The list of migrations leads to the changeset that reverts one.
func TestMigrationsList(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/api/_/migrations/", "/api/_/drift/"} {
		w.staff.want("GET", path, "", 403, "")
		w.visitor().want("GET", path, "", 401, "")
	}
	w.root.want("POST", "/api/_/schema/apply/", w.planned(w.changed(`"stars":{`, `"weight":{"type":"integer","default":1},"stars":{`)).applying(t), 200, "")
	w.root.want("POST", "/api/_/schema/apply/", w.planned(w.changed(`"stars < 5"`, `"stars < 6"`)).applying(t), 200, "") // touches no table
	var list []struct {
		Version, State, Up string
		Number             int
		Actor, Changeset   *string
		ActorName          *string `json:"actor_name"`
		AppliedAt          *string `json:"applied_at"`
		Files              []string
	}
	read := func() {
		t.Helper()
		list = nil
		if err := json.Unmarshal([]byte(w.root.want("GET", "/api/_/migrations/", "", 200, "")), &list); err != nil {
			t.Fatal(err)
		}
	}
	read()
	m := list[0]
	if len(list) != 2 || m.Number != 2 || m.State != "applied" || text(m.ActorName) != "root" || m.AppliedAt == nil || !strings.Contains(m.Up, "weight") {
		t.Fatalf("%+v", list)
	}
	if !slices.Contains(m.Files, "migrations/sqlite/"+m.Version+".up.sql") || !slices.Contains(m.Files, "migrations/postgres/"+m.Version+".down.sql") {
		t.Errorf("files: %v", m.Files)
	}
	if list[1].State != "applied" || list[1].Changeset != nil {
		t.Errorf("the first one: %+v", list[1])
	}
	contains(t, w.root.want("POST", "/api/_/changesets/"+text(m.Changeset)+"/revert/", `{"mode":"check"}`, 200, ""), "Drop field weight of notes")
	// Drift.
	w.root.want("GET", "/api/_/drift/", "", 200, `{"differences":[]}`)
	err := w.server.Store().Engine().Write(t.Context(), func(c db.Conn) error {
		_, err := c.Exec("DROP TABLE " + w.server.Store().Schema().Collection("lines").Table)
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.root.want("GET", "/api/_/drift/", "", 200, `{"differences":[{"collection":"lines","table":"lines","object":"","message":"the table is missing"}]}`)
}
