// Package cli holds the commands of the executable, one file each. Every flag can also be given in the environment as
// COUPLET_ and its name in capitals with underscores, and those of serve in a file (--config). The command line wins over
// the environment, and that over the file. It may import server and below.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/couplet/couplet/server/settings"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage marks errors that the wording of the command line causes.
var errUsage = errors.New("usage")

// Main runs a command line and returns the exit code. The admin's files are served below /admin/.
func Main(args []string, admin fs.FS) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := Root(admin)
	root.SetArgs(args)
	return run(ctx, root)
}

// run runs a command line, tells on the console what went wrong, and returns the exit code.
func run(ctx context.Context, root *cobra.Command) int {
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage), strings.HasPrefix(err.Error(), "unknown command"):
		fmt.Fprintf(root.ErrOrStderr(), "couplet: %s\nRun '%s --help' for usage.\n", say(err), cmd.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(root.ErrOrStderr(), "couplet: %s\n", say(err))
	return exitFailed
}

// Root returns the command tree; without the admin's files it is left out.
func Root(admin fs.FS) *cobra.Command {
	var config string
	root := &cobra.Command{
		Use:   "couplet",
		Short: "A backend and a frontend in one executable",
		Long: "Couplet declares data once and serves it: tables, migrations, a REST API that speaks Django REST Framework,\n" +
			"accounts, permissions and an OpenAPI document, from one file.",
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if err := fromEnvironment(c.Flags()); err != nil || config == "" {
				return err
			}
			return fromFile(c, config)
		},
	}
	root.PersistentFlags().StringVar(&config, "config", "", "file of settings: couplet.toml, .yaml or .json")
	_ = root.MarkPersistentFlagFilename("config", "toml", "yaml", "yml", "json") // the flag is there
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	root.AddCommand(serveCommand(admin), initCommand(), schemaCommand(), migrateCommand(),
		userCommand(), loaddataCommand(), dumpdataCommand(), exportCommand(), importCommand(), explainCommand(), historyCommand(), keysCommand(),
		genCommand(), copyCommand(), backupCommand(), restoreCommand(), doctorCommand(), versionCommand())
	return root
}

// fromEnvironment fills the flags that the command line does not set from COUPLET_… variables.
func fromEnvironment(flags *pflag.FlagSet) error {
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		name := environmentName(f.Name)
		v, ok := os.LookupEnv(name)
		if f.Changed || !ok {
			return
		}
		if err := flags.Set(f.Name, v); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%w: %s: %w", errUsage, name, err))
		}
		mark(f, settings.Environment)
	})
	return failed
}

func environmentName(flag string) string {
	return "COUPLET_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
