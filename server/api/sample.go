package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// sampleBody says what was loaded.
type sampleBody struct {
	Collections []string `json:"collections"`
	Records     int      `json:"records"`
	Hash        string   `json:"hash"` // of the schema document now in force
}

// emptyRequest has no members.
type emptyRequest struct{}

// hasOwn reports whether a schema has collections beside the built-in one.
func hasOwn(s *schema.Schema) bool {
	return slices.ContainsFunc(s.Collections, func(c *schema.Collection) bool { return c != s.Users() })
}

// loadSample puts the magazine into a project that has no collections yet: its schema beside the project's own
// settings and roles, its records, its media. Its people come without passwords and rights.
func (c *Call) loadSample() (any, error) {
	if err := c.decode(&emptyRequest{}); err != nil {
		return nil, err
	}
	full := rest.Conflict("This project has collections of its own already. The sample goes into an empty one.", "not_empty")
	before := c.API.Store.Schema()
	if hasOwn(before) {
		return nil, full
	}
	document, err := sampleDocument(before.Document.Canonical())
	if err != nil {
		return nil, err
	}
	if _, err := c.apply(c.Context(), document, migrate.Options{Base: before.Hash}); err != nil {
		var refused *rest.APIError
		if errors.As(err, &refused) && refused.Code == "moved" {
			err = full
		}
		return nil, err
	}
	records, err := c.sampleRecords()
	if err != nil {
		return nil, err
	}
	done, err := fixture.Load(c.Context(), c.API.Store, bytes.NewReader(records), fixture.LoadOptions{Actor: c.userID()})
	if err != nil {
		return nil, err
	}
	if err := sample.CopyMedia(c.API.Store.Files.Root()); err != nil {
		return nil, err
	}
	now := c.API.Store.Schema()
	out := sampleBody{Collections: []string{}, Records: done.Total(), Hash: now.Hash}
	for _, coll := range now.Collections {
		if coll != now.Users() {
			out.Collections = append(out.Collections, coll.Name)
		}
	}
	return out, nil
}

// sampleDocument is the project's document with the sample's collections and resources. Settings of the project win,
// and whom the sample lets call it from other sites does not count here.
func sampleDocument(own []byte) ([]byte, error) {
	var out, from map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(own, &out), json.Unmarshal(sample.Schema, &from)); err != nil {
		return nil, err
	}
	delete(from, "$schema")
	settings, mine := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := json.Unmarshal(from["settings"], &settings); err != nil {
		return nil, err
	}
	if raw := out["settings"]; raw != nil {
		if err := json.Unmarshal(raw, &mine); err != nil {
			return nil, err
		}
	}
	delete(settings, "cors")
	for name, v := range mine {
		settings[name] = v
	}
	var users struct{ Users json.RawMessage }
	if raw := out["collections"]; raw != nil {
		if err := json.Unmarshal(raw, &users); err != nil {
			return nil, err
		}
	}
	if users.Users != nil {
		rest := bytes.TrimPrefix(bytes.TrimSpace(from["collections"]), []byte("{"))
		from["collections"] = slices.Concat([]byte(`{"users":`), users.Users, []byte(","), rest)
	}
	out["collections"], out["resources"] = from["collections"], from["resources"]
	var err error
	if out["settings"], err = json.Marshal(settings); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// sampleObject is an object of the sample's fixtures.
type sampleObject struct {
	Model  string         `json:"model"`
	Key    any            `json:"pk"`
	Fields map[string]any `json:"fields"`
}

// sampleRecords are the sample's fixtures with the people who write in it, under keys and names that are free.
func (c *Call) sampleRecords() ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(sample.Fixtures))
	d.UseNumber()
	var all, kept []sampleObject
	if err := d.Decode(&all); err != nil {
		return nil, err
	}
	highest, names, err := c.namesTaken()
	if err != nil {
		return nil, err
	}
	keys := map[any]int64{}
	for _, o := range all {
		if user := o.Fields["user"]; o.Model == "blog.author" && keys[user] == 0 {
			highest++
			keys[user] = highest
		}
	}
	for _, o := range all {
		switch o.Model {
		case "authtoken.token":
			continue
		case "auth.user":
			if keys[o.Key] == 0 {
				continue
			}
			o.Key = keys[o.Key]
			for name := o.Fields["username"].(string); names[o.Fields["username"].(string)]; name += "_" {
				o.Fields["username"] = name + "_"
			}
			o.Fields["password"], o.Fields["is_staff"], o.Fields["is_superuser"] = "!sample", false, false
			o.Fields["groups"], o.Fields["user_permissions"] = []any{}, []any{}
		case "blog.author":
			o.Fields["user"] = keys[o.Fields["user"]]
		}
		kept = append(kept, o)
	}
	return json.Marshal(kept)
}

// namesTaken returns the highest key of a user, and the names that are taken.
func (c *Call) namesTaken() (highest int64, names map[string]bool, err error) {
	names = map[string]bool{}
	scope := access.System(c.API.Store.State().Policy)
	err = c.API.Store.Read(c.Context(), scope, func(r *store.Reader) error {
		users := r.Schema.Users()
		list := query.List{Shape: query.NewShape(users), Scope: scope}
		rows, err := list.Run(r)
		for _, row := range rows {
			if key := row.Key(); key.Class() == value.ClassInt {
				highest = max(highest, key.Int())
			}
			rec, err := r.Record(users, row.Key())
			if err != nil {
				return err
			}
			names[rec.Get("username").Text()] = true
		}
		return err
	})
	return highest, names, err
}
