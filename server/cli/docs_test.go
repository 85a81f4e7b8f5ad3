package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/couplet/couplet/server/settings"
)

// Every command, flag and environment variable is in docs/configuration.md.
func TestConfigurationIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if name := "`" + c.CommandPath() + "`"; c.Runnable() && !c.HasSubCommands() && !strings.Contains(doc, name) {
			t.Errorf("docs/configuration.md does not mention %s", name)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			for _, want := range []string{"`--" + f.Name + "`", "`" + environmentName(f.Name) + "`"} {
				if !strings.Contains(doc, want) {
					t.Errorf("docs/configuration.md does not mention %s of %s", want, c.CommandPath())
				}
			}
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(Root(nil))
}

// What the documentation names exists.
func TestDocumentedFlagsExist(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { known["--"+f.Name] = true })
		c.PersistentFlags().VisitAll(func(f *pflag.Flag) { known["--"+f.Name] = true })
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(Root(nil))
	for i, part := range strings.Split(string(text), "`") {
		if i%2 == 1 && strings.HasPrefix(part, "--") && !known[part] {
			t.Errorf("docs/configuration.md names %s, which does not exist", part)
		}
	}
}

// The table of serve's settings has one row for each, with its variable and its default.
func TestSettingsTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 6 && strings.HasPrefix(line, "| `--") {
			rows[strings.Trim(cells[1], "` ")] = cells[1:]
		}
	}
	flags := serveFlags(serveCommandOf(t))
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		row := rows["--"+f.Name]
		delete(rows, "--"+f.Name)
		want := f.DefValue
		if want == "[]" {
			want = ""
		}
		if row == nil || strings.Trim(row[1], "` ") != environmentName(f.Name) || strings.Trim(row[2], "` ") != want {
			t.Errorf("the row of --%s is %q, want the variable %s and the default %q", f.Name, row, environmentName(f.Name), want)
		}
	})
	for name := range rows {
		if name != "--config" {
			t.Errorf("the table has %s, which is no flag of serve", name)
		}
	}
}

func serveCommandOf(t *testing.T) *cobra.Command {
	t.Helper()
	serve, _, err := Root(nil).Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	return serve
}

func TestEnvironmentFillsFlags(t *testing.T) {
	t.Setenv("COUPLET_INDENT", "3")
	cmd := dumpdataCommand()
	if err := fromEnvironment(cmd.Flags()); err != nil {
		t.Fatal(err)
	}
	if got := cmd.Flags().Lookup("indent").Value.String(); got != "3" {
		t.Fatalf("indent is %s, want 3", got)
	}
	t.Setenv("COUPLET_INDENT", "many")
	if err := fromEnvironment(dumpdataCommand().Flags()); err == nil || !strings.Contains(err.Error(), "COUPLET_INDENT") {
		t.Fatalf("got %v, want an error that names the variable", err)
	}
}

func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		args []string
		want int
	}{
		{[]string{"version"}, exitOK},
		{[]string{"serve", "--no-such-flag"}, exitUsage},
		{[]string{"serve", "extra"}, exitUsage},
		{[]string{"serve", "--test-reset", "--addr", "0.0.0.0:0", "--data", t.TempDir()}, exitUsage},
		{[]string{"schema", "check", "--project", t.TempDir()}, exitFailed},
	} {
		if got := Main(test.args, nil); got != test.want {
			t.Errorf("couplet %s exits with %d, want %d", strings.Join(test.args, " "), got, test.want)
		}
	}
}

// Every setting belongs to a section, and shows where its value comes from.
func TestGivenSettings(t *testing.T) {
	w := newWalk(t)
	w.write("couplet.toml", "data = \"from-file\"\naddr = \"127.0.0.1:1\"\nallowed_hosts = [\"a.example\", \"b.example\"]\n")
	t.Setenv("COUPLET_CONFIG", "couplet.toml")
	t.Setenv("COUPLET_ADDR", "127.0.0.1:2")
	t.Setenv("COUPLET_DATABASE", "")
	_ = os.Unsetenv("COUPLET_DATABASE") // which comes before DATABASE_URL; Setenv brings it back
	t.Setenv("DATABASE_URL", "postgres://u:p@h/d")
	root := Root(nil)
	serve, _, err := root.Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]settings.Given{}
	serve.RunE = func(cmd *cobra.Command, _ []string) error {
		for _, g := range given(cmd) {
			got[g.Name] = g
		}
		return nil
	}
	root.SetArgs([]string{"serve", "--history-days", "3"})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	serveFlags(serve).VisitAll(func(f *pflag.Flag) {
		name := strings.ReplaceAll(f.Name, "-", "_")
		if f.Name != "help" && (settings.SectionOf(name) == "" || got[name].Usage == "") {
			t.Errorf("%s has section %q, usage %q", f.Name, settings.SectionOf(name), got[name].Usage)
		}
	})
	for name, want := range map[string]settings.Given{
		"addr": {Value: "127.0.0.1:2", Source: settings.Environment, Default: "127.0.0.1:8090"}, "data": {Value: "from-file", Source: settings.File, Default: "./data"},
		"history_days": {Value: "3", Source: settings.Flag, Default: "90"}, "project": {Value: ".", Source: settings.Default, Default: "."},
		"allowed_hosts": {Value: "a.example,b.example", Source: settings.File}, "database": {Value: "postgres://u:p@h/d", Source: settings.Environment},
	} {
		g := got[name]
		if g.Value != want.Value || g.Source != want.Source || g.Default != want.Default {
			t.Errorf("%s is %+v, want %+v", name, g, want)
		}
	}
}
