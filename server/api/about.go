package api

import (
	"context"
	"io/fs"
	"net/http"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/couplet/couplet/server/doctor"
	"github.com/couplet/couplet/server/licences"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// filesTime is how long the sizes of files are added up.
const filesTime = 5 * time.Second

// aboutBody says what runs, since when, and on what.
type aboutBody struct {
	Version      string           `json:"version"`
	Revision     string           `json:"revision"`
	Built        *time.Time       `json:"built" doc:"When its revision was made; null where that is not known."`
	Modified     bool             `json:"modified" doc:"It was built of more than its revision holds."`
	Go           string           `json:"go"`
	OS           string           `json:"os"`
	Arch         string           `json:"arch"`
	Started      time.Time        `json:"started"`
	Uptime       float64          `json:"uptime" doc:"Seconds."`
	Engine       engineBody       `json:"engine"`
	Data         *dataBody        `json:"data" doc:"Null for all but superusers."`
	Schema       string           `json:"schema"`
	Dependencies []dependencyBody `json:"dependencies"`
}

type engineBody struct {
	Name    string `json:"name" openapi:"enum=sqlite|postgres"`
	Version string `json:"version"`
}

// dataBody says where the data is and how large: in bytes, null where that is not known.
type dataBody struct {
	Folder   string `json:"folder"`
	Database *int64 `json:"database"`
	Log      *int64 `json:"log" doc:"The write-ahead log."`
	Files    *int64 `json:"files"`
	Free     *int64 `json:"free"`
}

type dependencyBody struct {
	Module  string `json:"module"`
	Version string `json:"version"`
	Licence string `json:"licence"`
}

func (a *API) aboutOperations() []operation {
	op := func(path, summary string, out any, handle func(*Call) (any, error)) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: http.MethodGet, Path: systemPrefix + path, Summary: summary, Response: out,
		}}
	}
	return []operation{
		op("about/", "What runs, since when, and on what", aboutBody{}, (*Call).about),
		op("about/licences/", "The licences of what Couplet is made of, with their texts", []licences.Licence{},
			func(*Call) (any, error) { return licences.All() }),
	}
}

func (c *Call) about() (any, error) {
	a := c.API
	version, revision := store.Build()
	out := aboutBody{
		Version: version, Revision: revision, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Started: a.started,
		Uptime: time.Since(a.started).Seconds(), Schema: c.compiled.state.Schema.Hash, Dependencies: []dependencyBody{},
	}
	if err := out.readBuild(); err != nil {
		return nil, err
	}
	out.Engine.Name = a.Store.Engine().Dialect().String()
	err := a.Auth.Read(c.Context(), func(conn db.Conn) error {
		return conn.Query("SELECT "+a.Store.Engine().Dialect().Version(), nil, func(r db.Row) error {
			out.Engine.Version = r.Text(0)
			return nil
		})
	})
	if c.superuser() {
		out.Data = a.dataBody(c.Context())
	}
	return out, err
}

// readBuild tells what the executable was built of.
func (b *aboutBody) readBuild() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.time":
			if at, err := time.Parse(time.RFC3339, s.Value); err == nil {
				b.Built = &at
			}
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	names, err := licences.Names()
	for _, m := range info.Deps {
		b.Dependencies = append(b.Dependencies, dependencyBody{m.Path, m.Version, names[m.Path]})
	}
	return err
}

func (a *API) dataBody(ctx context.Context) *dataBody {
	out := &dataBody{Folder: a.Store.Dir()}
	if abs, err := filepath.Abs(out.Folder); err == nil {
		out.Folder = abs
	}
	if engine, ok := a.Store.Engine().(db.Observed); ok {
		if s := engine.Stats(); s.Bytes > 0 {
			out.Database, out.Log = &s.Bytes, &s.LogBytes
		}
	}
	if free, err := doctor.FreeSpace(out.Folder); err == nil {
		n := int64(free)
		out.Free = &n
	}
	ctx, cancel := context.WithTimeout(ctx, filesTime)
	defer cancel()
	var size int64
	err := filepath.WalkDir(a.Store.Files.Root(), func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		st, err := e.Info()
		if err == nil {
			size += st.Size()
		}
		return ctx.Err() // a file that has gone meanwhile is none
	})
	if err == nil {
		out.Files = &size
	}
	return out
}
