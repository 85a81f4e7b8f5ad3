package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A browser is opened for somebody at a desktop, and nowhere else.
func TestWhereABrowserOpens(t *testing.T) {
	const url = "http://localhost:8090/"
	for name, test := range map[string]struct {
		system   string
		terminal bool
		env      string
		want     []string
	}{
		"linux desktop":   {"linux", true, "DISPLAY=:0", []string{"xdg-open", url}},
		"wayland":         {"linux", true, "WAYLAND_DISPLAY=wayland-0", []string{"xdg-open", url}},
		"linux server":    {"linux", true, "", nil},
		"no terminal":     {"linux", false, "DISPLAY=:0", nil},
		"ssh -X":          {"linux", true, "DISPLAY=:10 SSH_CONNECTION=x", nil},
		"build server":    {"linux", true, "DISPLAY=:0 CI=true", nil},
		"systemd":         {"linux", false, "INVOCATION_ID=x", nil},
		"podman":          {"linux", true, "DISPLAY=:0 container=podman", nil},
		"mac":             {"darwin", true, "", []string{"open", url}},
		"mac, launchd":    {"darwin", false, "", nil},
		"windows":         {"windows", true, "", []string{"rundll32", "url.dll,FileProtocolHandler", url}},
		"windows service": {"windows", false, "", nil},
	} {
		env := func(key string) string {
			for part := range strings.FieldsSeq(test.env) {
				if k, v, _ := strings.Cut(part, "="); k == key {
					return v
				}
			}
			return ""
		}
		if got := (desktop{test.system, test.terminal, env}).opener(url); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// The command that is run gets the address.
func TestOpenBrowser(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "opened")
	script := "#!/bin/sh\nprintf %s \"$1\" > " + out + ".tmp && mv " + out + ".tmp " + out + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	env := func(name string) string { return map[string]string{"DISPLAY": ":0"}[name] }
	openBrowser(desktop{"linux", true, env}, "http://localhost:9/admin/setup#t=x")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if got, err := os.ReadFile(out); err == nil {
			if string(got) != "http://localhost:9/admin/setup#t=x" {
				t.Errorf("%q was opened", got)
			}
			return
		}
	}
	t.Error("nothing was opened")
}

// Completion proposes commands, flags, and the values of flags that have few.
func TestCompletion(t *testing.T) {
	w := newWalk(t)
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		w.ok("completion "+shell, "couplet")
	}
	for line, want := range map[string][]string{
		"back":                {"backup"},
		"schema ":             {"check", "plan", "apply"},
		"serve --log-format ": {"text", "json"},
		"serve --log-level ":  {"debug", "info", "warn", "error"},
		"serve --tls-":        {"--tls-cert", "--tls-key"},
		"restore ":            {"gz", ":8"}, // files with this ending
		"doctor --config ":    {"toml", "yaml", "json", ":8"},
		"backup --data ":      {":16"}, // folders
	} {
		args := append([]string{"__complete"}, strings.Split(line, " ")...)
		code, out := w.runs("", args...)
		for _, part := range want {
			if code != exitOK || !strings.Contains(out, part) {
				t.Errorf("%q completes to %q (exit code %d), want %s", line, out, code, part)
			}
		}
	}
}
