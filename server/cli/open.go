package cli

import (
	"io"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/term"
)

// desktop is where a command runs, as far as opening a browser is concerned.
type desktop struct {
	system   string // runtime.GOOS
	terminal bool   // somebody sits at the console
	env      func(string) string
}

// here is the desktop of this process, which writes to w.
func here(w io.Writer) desktop {
	f, ok := w.(*os.File)
	return desktop{runtime.GOOS, ok && term.IsTerminal(int(f.Fd())), os.Getenv}
}

// opener returns the command that opens a page in the browser of whoever started this program, nil where nobody would
// see it: without a terminal, over SSH, in a container or on a build server, and where no display is.
func (d desktop) opener(url string) []string {
	for _, name := range []string{"CI", "SSH_CONNECTION", "SSH_TTY", "container", "KUBERNETES_SERVICE_HOST", "INVOCATION_ID"} {
		if d.env(name) != "" {
			return nil
		}
	}
	switch {
	case !d.terminal:
		return nil
	case d.system == "darwin":
		return []string{"open", url}
	case d.system == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", url}
	case d.env("DISPLAY") != "" || d.env("WAYLAND_DISPLAY") != "":
		return []string{"xdg-open", url}
	}
	return nil
}

// openBrowser opens a page where there is somebody to see it. That it could not is no reason to trouble anybody: the
// address is on the console.
func openBrowser(d desktop, url string) {
	args := d.opener(url)
	if args == nil {
		return
	}
	cmd := exec.Command(args[0], args[1:]...)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}
