package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/observe"
)

// serveOptions are the flags of serve that are not the server's own.
type serveOptions struct {
	addr, format, level string
	open                bool
}

func serveCommand(admin fs.FS) *cobra.Command {
	c := server.Config{Admin: admin}
	var o serveOptions
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the project in this folder", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := observe.NewLog(cmd.ErrOrStderr(), o.format, o.level)
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			c.Log, c.Given = log, given(cmd)
			slog.SetDefault(log)
			return serve(cmd.Context(), cmd.ErrOrStderr(), c, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:8090", "address to listen on")
	f.StringVar(&c.Data, "data", "./data", "data folder: database and uploaded files")
	f.StringVar(&c.Database, "database", "", databaseUsage)
	f.StringVar(&c.Project, "project", ".", "project folder: schema.json and migrations/")
	f.BoolVar(&c.Sample, "sample", false, "serve the embedded sample project")
	f.BoolVar(&c.TestReset, "test-reset", false, "for tests: mount POST /__reset__/ and sign with a public key (loopback only)")
	f.StringVar(&c.PublicURL, "public-url", "", "how users reach this server, for links in mails: https://example.com")
	f.StringVar(&c.Mail.Server, "mail-server", "", "mail server, as smtp://user:password@host:587 or smtps://…:465; without one mails go to the console")
	f.StringVar(&c.Mail.From, "mail-from", "", "sender of mails: Magazine <noreply@example.com>")
	f.StringVar(&c.Auth.Secret, "token-secret", "", "sign tokens with this shared secret (HS256) instead of keys of our own")
	f.StringSliceVar(&c.Auth.VerifySecrets, "token-verify-secrets", nil, "accept tokens signed with these secrets (HS256), as a Django site's SECRET_KEY")
	f.StringVar(&c.Auth.Algorithm, "token-algorithm", "ES256", "algorithm of new signing keys: ES256 or EdDSA")
	f.StringSliceVar(&c.Auth.TrustedOrigins, "trusted-origins", nil, "origins whose pages may write with cookies (CSRF_TRUSTED_ORIGINS): https://app.example.com")
	f.StringSliceVar(&c.AllowedHosts, "allowed-hosts", nil, "further host names to answer to; .example.com for all below it")
	f.StringSliceVar(&c.TrustedProxies, "trusted-proxies", nil, "addresses or networks of proxies whose X-Forwarded headers count")
	f.Int64Var(&c.MaxUpload, "max-upload", 100<<20, "largest request body with files, in bytes")
	f.IntVar(&c.HistoryDays, "history-days", 90, "how long the change log is kept; 0: for ever")
	f.Int64Var(&c.HistorySize, "history-size", 1<<30, "largest change log, in bytes; the oldest changes go first; 0: no limit")
	f.IntVar(&c.LivePerUser, "live-per-user", 100, "live connections that one user may have; 0 for no limit")
	f.IntVar(&c.LivePerAddress, "live-per-address", 1000, "live connections that one address may have; 0 for no limit")
	f.BoolVar(&c.WebhookPrivate, "webhook-private", false, "webhooks may lead to private, loopback and link-local addresses")
	f.Int64Var(&c.CacheSize, "cache-size", 32<<20, "memory for answers that are kept while nothing of them changes, in bytes; 0 keeps none")
	f.DurationVar(&c.SlowList, "slow-list", 100*time.Millisecond, "tell which index is missing where a list takes longer than this; 0 tells nothing")
	f.StringVar(&c.Consent, "consent", "", "apply a destructive schema change with this hash (see 'couplet schema plan')")
	f.StringVar(&c.TLSCert, "tls-cert", "", "PEM file with the certificate chain: speak https; read again when it changes")
	f.StringVar(&c.TLSKey, "tls-key", "", "PEM file with the certificate's key")
	f.IntVar(&c.MaxConnections, "max-connections-per-address", 1024, "connections that one address may have open; trusted proxies any number; 0 sets no bound")
	f.StringVar(&o.format, "log-format", "text", "format of the log on standard error: text or json")
	f.StringVar(&o.level, "log-level", "info", "least level of the log: debug (every request), info, warn or error")
	f.StringVar(&c.MetricsToken, "metrics-token", "", "lets a program that shows it as a Bearer token read /metrics; superusers always may")
	f.BoolVar(&o.open, "open", true, "open the browser where somebody sits at a desktop")
	for name, values := range choices {
		completeValues(cmd, name, values...)
	}
	completeFolders(cmd, "data", "project")
	return cmd
}

func serve(ctx context.Context, w io.Writer, c server.Config, o serveOptions) error {
	tuneCollector()
	addr := o.addr
	if err := checkServe(c, addr); err != nil {
		return err
	}
	if c.CacheSize == 0 { // to the server that is the default
		c.CacheSize = -1
	}
	var err error
	if c.Database, err = databaseOf(c.Database); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program: stop it, or choose another address with --addr", addr)
	}
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	s, err := openServer(ctx, w, c)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	commands := answerCommands(s, c)
	return errors.Join(announceAndServe(ctx, w, s, ln, c, o), commands.Close(), s.Close())
}

// announceAndServe tells where the server is, opens the browser on it, and serves until the context ends.
func announceAndServe(ctx context.Context, w io.Writer, s *server.Server, ln net.Listener, c server.Config, o serveOptions) error {
	base := "http://" + display(ln.Addr())
	if c.TLSCert != "" {
		base = "https://" + display(ln.Addr())
		defer onHangup(s.Reload)()
	}
	page, err := announce(ctx, w, c.Log, o, s, base)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if o.open && loopback(o.addr) {
		openBrowser(here(w), page)
	}
	return s.Serve(ctx, ln)
}

// announce tells where the server is, and the link that makes the first account. It returns the page to begin with.
func announce(ctx context.Context, w io.Writer, log *slog.Logger, o serveOptions, s *server.Server, base string) (page string, err error) {
	link, err := s.SetupLink(ctx)
	if err != nil {
		return "", err
	}
	if o.format == "json" {
		log.Info("couplet serves", "url", base+"/")
	} else {
		fmt.Fprintf(w, "couplet serves %s/  (Ctrl+C stops it)\n", base)
	}
	switch {
	case link == "":
		return base + "/", nil
	case o.format == "json":
		log.Info("no account yet: make the first one, once, with this link", "url", base+link)
	default:
		fmt.Fprintf(w, "No account yet. Make the first one, once, at %s%s\n", base, link)
	}
	return base + link, nil
}

// onHangup calls fn at each SIGHUP, which then does not end the process, until stop is called.
func onHangup(fn func()) (stop func()) {
	hangups, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-hangups:
				fn()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(done)
	}
}

// openServer opens the project. Where its schema loses data it asks whoever sits at the terminal.
func openServer(ctx context.Context, w io.Writer, c server.Config) (*server.Server, error) {
	s, err := server.New(ctx, c)
	if err == nil {
		return s, nil
	}
	if c.Consent, err = agree(w, askConsent(w, c.Consent, err)); err != nil {
		return nil, err
	}
	return server.New(ctx, c)
}

// display shows a loopback address, and that of all interfaces, as localhost, where cookies and passkeys work best.
func display(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if ok && (t.IP.IsLoopback() || t.IP.IsUnspecified()) {
		return fmt.Sprintf("localhost:%d", t.Port)
	}
	return a.String()
}
