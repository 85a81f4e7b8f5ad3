package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/migrate"
)

func serveCommand() *cobra.Command {
	var c server.Config
	var addr string
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the project in this folder", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), cmd.ErrOrStderr(), c, addr) },
	}
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8090", "address to listen on")
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
	f.Int64Var(&c.CacheSize, "cache-size", 32<<20, "memory for answers that are kept while nothing of them changes, in bytes; 0 keeps none")
	f.StringVar(&c.Consent, "consent", "", "apply a destructive schema change with this hash (see 'couplet schema plan')")
	return cmd
}

func serve(ctx context.Context, w io.Writer, c server.Config, addr string) error {
	c.Log = slog.New(slog.NewTextHandler(w, nil))
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
	base := "http://" + display(ln.Addr())
	fmt.Fprintf(w, "couplet serves %s/  (Ctrl+C stops it)\n", base)
	link, err := s.SetupLink(ctx)
	if err != nil {
		return errors.Join(err, s.Close(), ln.Close())
	}
	if link != "" {
		fmt.Fprintf(w, "No account yet. Make the first one, once, at %s%s\n", base, link)
	}
	return errors.Join(s.Serve(ctx, ln), s.Close())
}

// openServer opens the project. Where its schema loses data it asks whoever sits at the terminal.
func openServer(ctx context.Context, w io.Writer, c server.Config) (*server.Server, error) {
	s, err := server.New(ctx, c)
	var need *migrate.ConsentError
	if !errors.As(err, &need) || !term.IsTerminal(int(os.Stdin.Fd())) {
		return s, askConsent(w, c.Consent, err)
	}
	if c.Consent, err = ask(w, need.Plan); err != nil {
		return nil, err
	}
	return server.New(ctx, c)
}

// display shows a loopback address as localhost, where cookies and passkeys work best.
func display(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if ok && t.IP.IsLoopback() {
		return fmt.Sprintf("localhost:%d", t.Port)
	}
	return a.String()
}
