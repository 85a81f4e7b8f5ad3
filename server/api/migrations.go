package api

import (
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store/migrate"
)

// migrationBody is a version of the tables.
type migrationBody struct {
	Version   string     `json:"version"`
	Number    int        `json:"number"`
	State     string     `json:"state" openapi:"enum=applied|pending|missing|refused" doc:"missing: applied, but its file is not there."`
	Problem   string     `json:"problem"`
	AppliedAt *time.Time `json:"applied_at"`
	Actor     *string    `json:"actor"`
	ActorName *string    `json:"actor_name"`
	Cause     *string    `json:"cause"`
	Changeset *string    `json:"changeset" doc:"What changesets/{id}/revert/ takes; null where the log does not have it."`
	Files     []string   `json:"files"`
	Up        string     `json:"up"`
	Down      string     `json:"down"`
}

type driftBody struct {
	Differences []migrate.Difference `json:"differences"`
}

// migrationOperations lists the system API's part about the versions of the tables.
func (a *API) migrationOperations() []operation {
	get := func(path, summary string, out any, handle func(*Call) (any, error)) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{Method: "GET", Path: systemPrefix + path, Summary: summary, Response: out}})
	}
	return []operation{
		get("migrations/", "The versions of the tables, the latest first", []migrationBody{}, (*Call).listMigrations),
		get("drift/", "How the tables differ from the schema document", driftBody{}, (*Call).drift),
	}
}

var migrationStates = map[string]string{migrate.StateMissing: "missing"}

// migrationReader is a runner that only looks.
func (c *Call) migrationReader() *migrate.Runner {
	return &migrate.Runner{Engine: c.API.Store.Engine(), Dir: c.API.Migrations, ReadOnly: true}
}

func (c *Call) listMigrations() (any, error) {
	list, err := c.migrationReader().History(c.Context())
	if err != nil {
		return nil, err
	}
	out := []migrationBody{}
	for i := range list {
		v := &list[i]
		b := migrationBody{
			Version: v.Name, Number: v.Version, State: v.State, Problem: v.Problem, Files: append([]string{}, v.Files...), Up: v.Up, Down: v.Down,
			Actor: orNull(v.Actor), Cause: orNull(v.Cause), Changeset: orNull(v.Changeset),
		}
		if short := migrationStates[v.State]; short != "" {
			b.State = short
		}
		if !v.At.IsZero() {
			b.AppliedAt = &v.At
		}
		if name := c.usernameOf(v.Actor); name != "" {
			b.ActorName = &name
		}
		out = append(out, b)
	}
	return out, nil
}

func (c *Call) drift() (any, error) {
	list, err := c.migrationReader().Drift(c.Context())
	return driftBody{append([]migrate.Difference{}, list...)}, err
}
