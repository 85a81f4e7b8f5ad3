package api

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/doctor"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/backup"
	"github.com/couplet/couplet/store/db"
)

// What live updates tell of system topics. Items with an id replace those of the same id.
type (
	schemaNews struct {
		Version string `json:"version"`
	}
	buildNews struct {
		Version string    `json:"version"`
		Started time.Time `json:"started"`
	}
	jobNews struct {
		Runs []runBody `json:"runs"`
	}
	importNews struct {
		Imports []importProgress `json:"imports"`
	}
	backupNews struct {
		Backups []backup.Info `json:"backups"`
	}
	doctorNews struct {
		Reports []*doctor.Report `json:"reports"`
	}
)

// topics are the system topics: who is told of them, and what their state is.
var topics = map[string]struct {
	super bool // superusers only
	runs  bool // told of are the runs that somebody sees
	now   func(a *API, ctx context.Context, who auth.Identity) (any, error)
}{
	rest.TopicSchema: {now: (*API).schemaNow},
	rest.TopicBuild:  {now: (*API).buildNow},
	rest.TopicSettings: {super: true, now: func(a *API, _ context.Context, _ auth.Identity) (any, error) {
		return settingsBody{a.Settings.All()}, nil
	}},
	rest.TopicJobs:    {super: true, now: (*API).runsNow},
	rest.TopicImports: {runs: true, now: (*API).importsNow},
	rest.TopicBackups: {super: true, now: func(*API, context.Context, auth.Identity) (any, error) { return backupNews{[]backup.Info{}}, nil }},
	rest.TopicDoctor:  {super: true, now: func(*API, context.Context, auth.Identity) (any, error) { return doctorNews{[]*doctor.Report{}}, nil }},
}

// Topic finds a system topic as somebody may be told of it.
func (a *API) Topic(_ context.Context, who auth.Identity, name string) (*rest.Topic, error) {
	topic, known := topics[name]
	all := !who.Anonymous() && who.User.Superuser && len(who.Scopes) == 0
	switch {
	case !known:
		return nil, &rest.APIError{Status: 404, Code: "not_found", Detail: "There is no system topic of that name."}
	case who.Anonymous():
		return nil, rest.NotAuthenticated(auth.Challenge(LiveClasses))
	case topic.super && !all:
		return nil, rest.PermissionDenied("")
	}
	t := &rest.Topic{Name: name}
	if topic.runs {
		t.Sees = func(about any) bool { return about.(*run).seenBy(who) }
	}
	t.Now = func(ctx context.Context) ([]byte, error) {
		state, err := topic.now(a, ctx, who)
		if err != nil {
			return nil, err
		}
		return encode(state)
	}
	return t, nil
}

func (a *API) schemaNow(context.Context, auth.Identity) (any, error) {
	return schemaNews{a.Store.Schema().Hash}, nil
}

func (a *API) buildNow(context.Context, auth.Identity) (any, error) {
	out := buildNews{Started: a.started}
	if info, ok := debug.ReadBuildInfo(); ok {
		out.Version = info.Main.Version
	}
	return out, nil
}

// runsNow lists the runs of jobs that are under way.
func (a *API) runsNow(ctx context.Context, _ auth.Identity) (any, error) {
	out := jobNews{[]runBody{}}
	err := a.Auth.Read(ctx, func(c db.Conn) error {
		list, err := store.JobRuns(c, "", "", usualPage)
		for _, r := range list {
			if r.State == store.RunRunning {
				out.Runs = append(out.Runs, a.runBody(r))
			}
		}
		return err
	})
	return out, err
}

// importsNow lists the imports under way that somebody may see.
func (a *API) importsNow(_ context.Context, who auth.Identity) (any, error) {
	out := importNews{[]importProgress{}}
	for _, r := range a.runs.seen(who, runImport) {
		if p := r.tells(false).(importProgress); p.Ended == nil {
			out.Imports = append(out.Imports, p)
		}
	}
	return out, nil
}

// tell tells of a system topic, and what it is about where it is not for everybody who has the topic.
func (a *API) tell(topic string, about, news any) {
	data, err := encode(news)
	if err != nil {
		a.Log.Error("news could not be written", "topic", topic, "error", err)
		return
	}
	a.Tell(rest.Told{Topic: topic, About: about, Data: data})
}

// TellRun tells that a run of a job has begun or ended.
func (a *API) TellRun(r *store.JobRun) { a.tell(rest.TopicJobs, nil, jobNews{[]runBody{a.runBody(r)}}) }

// TellBackup tells that a backup was made.
func (a *API) TellBackup(made backup.Info) {
	a.tell(rest.TopicBackups, nil, backupNews{[]backup.Info{made}})
}
