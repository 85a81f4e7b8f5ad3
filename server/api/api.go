// Package api holds the handlers of the REST API: the project's resources, accounts and tokens, and the system API.
// Each is a View, taken through DRF's order of checks by one function (View.serve): negotiation, authentication,
// permission, throttle, method, then the handler. Input is read through server/rest only, records through store only,
// and every decision about who may do what is store/access's. It may import server/auth, server/rest, server/openapi,
// server/browse, server/mail, server/webhooks, server/jobs, server/licences and store.
package api

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/cache"
	"github.com/couplet/couplet/server/jobs"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/settings"
	"github.com/couplet/couplet/server/thumb"
	"github.com/couplet/couplet/server/webhooks"
	"github.com/couplet/couplet/store"
)

// Config is what the API is told by the server.
type Config struct {
	Store      *store.Store
	Auth       *auth.Service
	Log        *slog.Logger
	PublicURL  func() string // "" unless set: the base of links in mails and, for proxies, of nothing else
	TestReset  bool
	MaxFile    int64 // bytes of one uploaded file
	Mail       *mail.Outgoing
	Settings   *settings.Settings
	Requests   *observe.Requests // the last ones
	Lines      *observe.Lines    // of the log, the last ones
	Series     *observe.Series
	Live       func() LiveConnections
	Migrations string // the project's migrations folder; "" for none
	Webhooks   *webhooks.Service
	Jobs       *jobs.Scheduler
	CacheSize  int64           // bytes of answers that are kept; 0 for none
	SlowList   time.Duration   // lists that take longer are looked at for the index that they miss; 0: none
	Tell       func(rest.Told) // tells live updates of system topics
}

// API answers requests. It is safe for concurrent use.
type API struct {
	Config
	compiled     atomic.Pointer[compiled] // of the schema in force
	answers      *cache.Cache[*Answer]    // nil: none are kept
	fixed        map[string]*View         // by path; complete once the routes are mounted
	firstAccount setup
	files        fileWork
	staged       stagedFiles
	thumbs       *thumb.Folder
	runs         runs
	started      time.Time
	slots        chan struct{} // what may go on behind answers
	working      sync.WaitGroup
	life         context.Context // of work that may take longer than a request
	end          context.CancelFunc
}

// New returns the API over an open store.
func New(c Config) *API {
	life, end := context.WithCancel(context.Background())
	a := &API{
		Config: c, answers: cache.New[*Answer](c.CacheSize), fixed: map[string]*View{}, slots: make(chan struct{}, maxBackground), files: newFileWork(), life: life, end: end,
		staged:  stagedFiles{all: map[string]*staged{}},
		started: time.Now().UTC(),
	}
	if c.Store != nil { // an API that only lists its routes has none
		a.thumbs = thumb.NewFolder(filepath.Join(c.Store.Dir(), thumbsDir), maxThumbs)
	}
	return a
}

// Sweep deletes uploads that no record has named in time.
func (a *API) Sweep() { a.staged.Sweep(a.Jobs.Now()) }

// Stop ends exports and runs under way.
func (a *API) Stop() { a.end() }
