package cli

import (
	"bytes"
	"context"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// flagsOf runs a command line up to the point where its flags are filled and returns them.
func flagsOf(t *testing.T, line string) map[string]string {
	t.Helper()
	got := map[string]string{}
	root := Root(nil)
	cmd, _, err := root.Find(strings.Fields(line)[:1])
	if err != nil {
		t.Fatal(err)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		for _, name := range []string{"addr", "data", "max-upload", "sample", "allowed-hosts", "mail-server", "log-format"} {
			if f := cmd.Flags().Lookup(name); f != nil {
				got[name] = f.Value.String()
			}
		}
		return nil
	}
	root.SetArgs(strings.Fields(line))
	var b bytes.Buffer
	root.SetErr(&b)
	if code := run(context.Background(), root); code != exitOK {
		t.Fatalf("%s: %s", line, b.String())
	}
	return got
}

// Settings come from the command line, then the environment, then the file, in any of its forms.
func TestConfigurationFile(t *testing.T) {
	w := newWalk(t)
	w.write("couplet.toml", "addr = \"127.0.0.1:1\"\ndata = \"from-file\"\nmax_upload = 104857601\nallowed-hosts = [\"a.example\", \"b.example\"]\nsample = true\n[mail]\nserver = \"smtp://x\"\n")
	w.write("couplet.yaml", "addr: 127.0.0.1:1\ndata: from-file\nmax_upload: 104857601\nallowed_hosts: [a.example, b.example]\nsample: true\nmail:\n  server: smtp://x\n")
	w.write("couplet.json", `{"addr": "127.0.0.1:1", "data": "from-file", "max_upload": 104857601, "allowed_hosts": ["a.example", "b.example"], "sample": true, "mail-server": "smtp://x"}`)
	for _, file := range []string{"couplet.toml", "couplet.yaml", "couplet.json"} {
		got := flagsOf(t, "serve --config "+file)
		want := map[string]string{"addr": "127.0.0.1:1", "data": "from-file", "max-upload": "104857601", "sample": "true",
			"allowed-hosts": "[a.example,b.example]", "mail-server": "smtp://x", "log-format": "text"}
		for name, text := range want {
			if got[name] != text {
				t.Errorf("%s: %s is %q, want %q", file, name, got[name], text)
			}
		}
	}
	t.Setenv("COUPLET_CONFIG", "couplet.toml")
	t.Setenv("COUPLET_DATA", "from-environment")
	t.Setenv("COUPLET_ADDR", "127.0.0.1:2")
	if got := flagsOf(t, "serve --addr 127.0.0.1:3"); got["addr"] != "127.0.0.1:3" || got["data"] != "from-environment" || got["sample"] != "true" {
		t.Errorf("%v", got)
	}
	if err := os.Unsetenv("COUPLET_DATA"); err != nil {
		t.Fatal(err)
	}
	if got := flagsOf(t, "doctor"); got["data"] != "from-file" {
		t.Errorf("the doctor looks at %v", got)
	}
}

func TestMistakesInTheConfigurationFile(t *testing.T) {
	w := newWalk(t)
	for name, text := range map[string]string{
		"typo.toml": "adr = 1", "far.toml": "colour = 1", "self.toml": "config = 1", "twice.toml": "mail_server = \"a\"\n[mail]\nserver = \"b\"",
		"type.toml": "max_upload = \"many\"", "list.toml": "addr = [\"a\", \"b\"]", "deep.yaml": "allowed_hosts: [[a]]", "null.json": `{"addr": null}`,
		"syntax.toml": "addr = ", "syntax.yaml": "addr: [", "syntax.json": "{", "settings.ini": "addr=1",
	} {
		w.write(name, text)
	}
	for file, want := range map[string]string{
		"typo.toml":    `typo.toml: there is no setting "adr"; did you mean "addr"?`,
		"far.toml":     `far.toml: there is no setting "colour"; they are those of 'couplet serve --help'`,
		"self.toml":    `there is no setting "config"`,
		"twice.toml":   `are the same setting`,
		"type.toml":    `type.toml: "max_upload": invalid argument "many"`,
		"list.toml":    `"addr" is one value, not a list`,
		"deep.yaml":    `"allowed_hosts": a list holds texts and numbers`,
		"null.json":    `"addr": it is a text, a number`,
		"syntax.toml":  "syntax.toml: ",
		"syntax.yaml":  "syntax.yaml: ",
		"syntax.json":  "syntax.json: ",
		"settings.ini": "--config is a file that ends in .toml, .yaml or .json",
		"nowhere.toml": "there is no configuration file nowhere.toml",
	} {
		w.expects(exitUsage, "", "serve --project nowhere --config "+file, want)
	}
	w.expects(exitUsage, "", "doctor --config typo.toml", `typo.toml: there is no setting "adr"`)
}

// A server reads its file: it refuses the address that the file names, since that is taken.
func TestServeReadsItsFile(t *testing.T) {
	w := newWalk(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	w.write("c.yaml", "addr: "+ln.Addr().String()+"\n")
	w.expects(exitFailed, "", "serve --config c.yaml", ln.Addr().String()+" is in use by another program")
	if names, err := os.ReadDir("."); err != nil || slices.ContainsFunc(names, func(e os.DirEntry) bool { return e.Name() == "data" }) {
		t.Errorf("%v %v", names, err)
	}
}
