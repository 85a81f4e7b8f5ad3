// Package server puts the parts together: it opens the store, applies the project's schema, mounts every route and
// serves until it is told to stop. Only here do the parts below server/ meet.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/admin"
	"github.com/couplet/couplet/server/api"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/cache"
	"github.com/couplet/couplet/server/clock"
	"github.com/couplet/couplet/server/jobs"
	"github.com/couplet/couplet/server/live"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/settings"
	"github.com/couplet/couplet/server/webhooks"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/history"
)

// Config says what to serve and how. Every field has a flag of `couplet serve`.
type Config struct {
	Data            string        // the data folder
	Database        string        // PostgreSQL's address; "" for SQLite in the data folder
	Project         string        // the folder of schema.json and migrations/; "" for none
	Sample          bool          // serve the embedded sample project instead of the folder's
	TestReset       bool          // mount POST /__reset__/ and sign tokens with the reference's key
	PublicURL       string        // how users reach the server, for links in mails
	AllowedHosts    []string      // further names that Host may hold
	TrustedProxies  []string      // addresses or networks whose X-Forwarded-* headers count
	MaxUpload       int64         // bytes of a request body with files; 0: 100 MiB
	CacheSize       int64         // bytes of answers that are kept in memory; 0: 32 MiB, below 0: none
	SlowList        time.Duration // a list that takes longer, and misses an index, is told of; 0: none
	Consent         string        // the hash of a destructive plan that may be applied at start
	HistoryDays     int           // how long the change log is kept; 0: for ever
	HistorySize     int64         // bytes of the change log; 0: no limit
	NoSync          bool          // tests only: see store.Options
	Auth            auth.Config
	Given           []settings.Given // what the server was started with, as the settings show it
	Mail            mail.Config      // where mails go; by default to the console
	Mailer          mail.Mailer      // in the place of Mail
	LivePerUser     int              // live connections of one user; 0: no limit
	LivePerAddress  int              // live connections of one address; 0: no limit
	Log             *slog.Logger
	Admin           fs.FS                // the admin as it was built, served below /admin/; nil: there is none
	TLSCert, TLSKey string               // PEM files: the server speaks TLS itself
	MaxConnections  int                  // that one address may have open; trusted proxies any number; 0: no bound
	MetricsToken    string               // lets a program read /metrics; superusers always may
	WebhookPrivate  bool                 // webhooks may lead to private, loopback and link-local addresses
	Clock           clock.Clock          // tests only: the server's time
	Tasks           map[string]jobs.Task // tests only: in the place of the server's own
	Grace           time.Duration        // for requests under way when the server stops; 0: the time that one may take
}

// Server is an open project, ready to serve.
type Server struct {
	config      Config
	store       *store.Store
	app         *fiber.App
	api         *api.API
	admin       *admin.Admin // nil: there is none
	live        *live.Hub
	metrics     *observe.Metrics
	requests    *observe.Requests
	lines       *observe.Lines
	series      *observe.Series
	webhooks    *webhooks.Service
	jobs        *jobs.Scheduler
	log         logKeeper
	mail        *mail.Outgoing
	settings    *settings.Settings
	publicURL   atomic.Pointer[string]
	connections *connections
	certificate *certificate // nil: plain HTTP
	lastHost    atomic.Pointer[hostCheck]
	stopping    atomic.Bool
}

// Limits of a request.
const (
	requestTime   = 30 * time.Second
	headerTime    = 10 * time.Second // for a client to send a request's header
	answerTime    = time.Minute      // for a client to take an answer; files and exports have it for each part
	defaultUpload = 100 << 20
	defaultCache  = 32 << 20
	maxHeader     = 16 << 10
)

// New opens the data folder, brings its tables to the project's schema and mounts the routes.
func New(ctx context.Context, c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	log, lines := observe.KeepLines(c.Log)
	c.Log = log
	if c.Grace == 0 {
		c.Grace = requestTime
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = defaultUpload
	}
	if c.CacheSize == 0 {
		c.CacheSize = defaultCache
	}
	var cert *certificate
	if c.TLSCert != "" {
		var err error
		if cert, err = newCertificate(c.TLSCert, c.TLSKey, c.Log); err != nil {
			return nil, err
		}
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Auth.Now == nil {
		c.Auth.Now = c.Clock.Now
	}
	var pages *admin.Admin
	if c.Admin != nil {
		var err error
		if pages, err = admin.New(c.Admin); err != nil {
			return nil, err
		}
	}
	st, err := store.Open(ctx, store.Options{Dir: c.Data, Database: c.Database, NoSync: c.NoSync, Now: c.Clock.Now})
	if err != nil {
		return nil, err
	}
	open := newConnections(c.MaxConnections, c.TrustedProxies)
	s := &Server{
		config: c, store: st, metrics: newMetrics(st, open), requests: observe.NewRequests(), lines: lines, connections: open, certificate: cert, admin: pages,
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) prepare(ctx context.Context) error {
	if err := s.applySchema(ctx); err != nil {
		return err
	}
	if s.config.TestReset {
		s.config.Auth.Secret = referenceSecret
		s.config.AllowedHosts = append(s.config.AllowedHosts, "testserver")
		s.config.Log.Warn("--test-reset: anybody on this machine can reset the data, and tokens are signed with a public key")
	}
	service, err := auth.New(ctx, s.store, s.config.Auth)
	if err != nil {
		return fmt.Errorf("server: accounts: %w", err)
	}
	if s.mail, err = mail.NewOutgoing(s.config.Mail, s.config.Mailer, os.Stderr); err != nil {
		return fmt.Errorf("server: %w", err)
	}
	s.publicURL.Store(&s.config.PublicURL)
	s.log.Keeper = history.Keeper{Store: s.store, Age: days(s.config.HistoryDays), Size: s.config.HistorySize}
	s.webhooks = webhooks.New(webhooks.Config{Store: s.store, Log: s.config.Log, Clock: s.config.Clock, Private: s.config.WebhookPrivate})
	s.jobs = jobs.New(jobs.Config{Store: s.store, Log: s.config.Log, Clock: s.config.Clock, Tasks: s.tasks(),
		Told: func(r *store.JobRun) { s.api.TellRun(r) }})
	s.series = s.newSeries()
	s.api = api.New(api.Config{
		Store: s.store, Auth: service, Log: s.config.Log, PublicURL: s.PublicURL, TestReset: s.config.TestReset,
		MaxFile: s.config.MaxUpload, Mail: s.mail, Migrations: s.Project().Migrations(), Requests: s.requests, Lines: s.lines, Series: s.series,
		Live:     func() api.LiveConnections { return s.live },
		Webhooks: s.webhooks, Jobs: s.jobs, CacheSize: s.config.CacheSize, SlowList: s.config.SlowList,
		Tell: func(news rest.Told) { s.live.Tell(news) },
	})
	s.countAnswers()
	s.live, err = live.New(ctx, live.Config{
		Store: s.store, Auth: service, Classes: api.LiveClasses, Log: s.config.Log, Watch: s.api.Watch, Topic: s.api.Topic, Request: s.api.AuthRequest,
		Fail: s.api.Error, PerUser: s.config.LivePerUser, PerAddress: s.config.LivePerAddress,
	})
	if err != nil {
		return fmt.Errorf("server: live updates: %w", err)
	}
	if err := s.openSettings(ctx); err != nil {
		return fmt.Errorf("server: settings: %w", err)
	}
	s.api.Settings = s.settings
	s.app = fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, DisableHeadAutoRegister: true,
		StreamRequestBody: true, DisablePreParseMultipartForm: true, BodyLimit: int(s.config.MaxUpload),
		ReadBufferSize: maxHeader, ReadTimeout: headerTime, WriteTimeout: answerTime, IdleTimeout: 2 * time.Minute,
		TrustProxy: len(s.config.TrustedProxies) > 0, ProxyHeader: fiber.HeaderXForwardedFor, EnableIPValidation: true,
		TrustProxyConfig: fiber.TrustProxyConfig{Proxies: s.config.TrustedProxies},
		ErrorHandler:     s.api.Error,
	})
	s.routes()
	s.app.Server().HeaderReceived = bodyTime
	s.app.Server().KeepHijackedConns = true // server/live closes what it takes
	s.app.Server().Handler = wholeBody(asDjango(s.app.Server().Handler))
	return nil
}

// SetupLink returns the path of the page that makes the first account, with its one-time token; "" where there is a
// superuser already.
func (s *Server) SetupLink(ctx context.Context) (string, error) {
	token, err := s.api.SetupToken(ctx)
	if err != nil || token == "" {
		return "", err
	}
	return admin.Prefix + "setup#t=" + token, nil
}

// Routes lists the fixed addresses of the API.
func (s *Server) Routes() []string { return s.api.Paths() }

// Answers tells what the cache of answers has done and holds.
func (s *Server) Answers() cache.Stats { return s.api.Answers() }

// Store returns the open store, for what works beside the server.
func (s *Server) Store() *store.Store { return s.store }

// Accounts returns the server's account service, for the same.
func (s *Server) Accounts() *auth.Service { return s.api.Auth }

// Serve answers requests on a listener until the context ends, then lets those under way finish.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	stopBackground := s.background(ctx)
	defer func() { // before the store closes, whichever way this ends
		stopBackground()
		s.live.Close()
		s.api.Wait()
	}()
	s.connections.Listener = ln
	go s.tellRefusals(ctx.Done())
	var serving net.Listener = s.connections
	if s.certificate != nil {
		serving = tls.NewListener(serving, s.certificate.config())
	}
	failed := make(chan error, 1)
	go func() {
		failed <- s.app.Listener(newPatience(serving), fiber.ListenConfig{DisableStartupMessage: true})
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return s.stop()
}

// Close closes the store. Serve has returned before.
func (s *Server) Close() error {
	if s.live != nil {
		s.live.Close()
	}
	return s.store.Close()
}
