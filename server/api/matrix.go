package api

import (
	"maps"
	"net/http"
	"slices"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/schema"
)

// matrixBody says which role may do what with which collection.
type matrixBody struct {
	Schema      string        `json:"schema" doc:"Hash of the document in force."`
	Superusers  int64         `json:"superusers" doc:"Active accounts that pass everything."`
	Roles       []roleBody    `json:"roles"`
	Unknown     []holdersBody `json:"unknown_roles" doc:"Roles that accounts have and the document does not."`
	Collections []matrixRow   `json:"collections"`
}

type roleBody struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	BuiltIn bool   `json:"built_in"`
	People  *int64 `json:"people" doc:"Active accounts that have it; null: everybody."`
}

type holdersBody struct {
	Name   string `json:"name"`
	People int64  `json:"people"`
}

// matrixRow is a collection: what each role grants, and what else counts.
type matrixRow struct {
	Collection string                                  `json:"collection"`
	Label      string                                  `json:"label"`
	Plural     string                                  `json:"label_plural"`
	System     bool                                    `json:"system"`
	Records    *int64                                  `json:"records"`
	Rules      map[schema.Action]string                `json:"rules" doc:"The collection's own, joined by AND to what is granted."`
	Floor      map[schema.Action]string                `json:"floor" doc:"What no document takes away."`
	Cells      map[string]map[schema.Action]matrixCell `json:"cells" doc:"By role and action."`
	Personal   map[schema.Action]int64                 `json:"personal" doc:"Active accounts with a permission of their own."`
	Resources  []matrixResource                        `json:"resources" doc:"Public resources, whose policy counts beside the roles."`
}

// matrixCell is what a role grants.
type matrixCell struct {
	Grant string `json:"grant" openapi:"enum=all|none|rule"`
	Rule  string `json:"rule"`
	From  string `json:"from" doc:"The entry of the role that says so: the collection, or * for every collection."`
}

type matrixResource struct {
	Resource   string `json:"resource"`
	Permission string `json:"permission"`
}

func (a *API) matrixOperation() operation {
	return super(operation{handle: (*Call).matrix, Operation: openapi.Operation{
		Method: http.MethodGet, Path: systemPrefix + "access/matrix/", Summary: "Which role may do what with which collection", Response: matrixBody{},
	}})
}

func (c *Call) matrix() (any, error) {
	s := c.compiled.state.Schema
	var holders *store.Holders
	err := c.API.Store.Read(c.Context(), c.Scope, func(r *store.Reader) (err error) {
		holders, err = r.Holders()
		return err
	})
	if err != nil {
		return nil, err
	}
	out := matrixBody{Schema: s.Hash, Superusers: holders.Superusers, Roles: []roleBody{}, Unknown: []holdersBody{}, Collections: []matrixRow{}}
	for _, role := range s.Roles {
		out.Roles = append(out.Roles, newRole(role, holders))
		delete(holders.Roles, role.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(holders.Roles)) {
		out.Unknown = append(out.Unknown, holdersBody{name, holders.Roles[name]})
	}
	for _, coll := range s.Collections {
		out.Collections = append(out.Collections, newMatrixRow(s, coll, holders))
	}
	return out, nil
}

func newRole(r *schema.Role, h *store.Holders) roleBody {
	out := roleBody{Name: r.Name, Label: r.Label, BuiltIn: store.BuiltInRole(r.Name)}
	people := h.Roles[r.Name]
	switch r.Name {
	case access.Anyone:
		return out
	case access.SignedIn:
		people = h.Active
	}
	out.People = &people
	return out
}

func newMatrixRow(s *schema.Schema, coll *schema.Collection, h *store.Holders) matrixRow {
	row := matrixRow{
		Collection: coll.Name, Label: coll.Label, Plural: coll.LabelPlural, System: coll.System, Rules: map[schema.Action]string{},
		Floor: map[schema.Action]string{}, Cells: map[string]map[schema.Action]matrixCell{}, Personal: map[schema.Action]int64{}, Resources: []matrixResource{},
	}
	for _, a := range schema.Actions {
		row.Rules[a], row.Floor[a], row.Personal[a] = coll.Rules[a], access.FloorOf(coll, a), h.Permissions[coll.Name+"."+string(a)]
	}
	for _, role := range s.Roles {
		cells := map[schema.Action]matrixCell{}
		for _, a := range schema.Actions {
			cells[a] = newCell(role, coll, a)
		}
		row.Cells[role.Name] = cells
	}
	for _, r := range s.Resources {
		if r.Collection != coll {
			continue
		}
		permission := r.Permission
		if permission == "" {
			permission = s.Settings.Permission
		}
		row.Resources = append(row.Resources, matrixResource{r.Name, permission})
	}
	return row
}

// newCell is what a role grants: what it says of the collection, or else of every collection.
func newCell(r *schema.Role, coll *schema.Collection, a schema.Action) matrixCell {
	for _, from := range []string{coll.Name, "*"} {
		g, said := r.Grants[from][a]
		switch {
		case !said:
			continue
		case g.All:
			return matrixCell{Grant: "all", From: from}
		case g.Rule != "":
			return matrixCell{Grant: "rule", Rule: g.Rule, From: from}
		}
		return matrixCell{Grant: "none", From: from}
	}
	return matrixCell{Grant: "none"}
}
