package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/control"
)

// asked is what a command asks of a server that has its data folder open.
type asked struct {
	Operation string
	Project   string // the command's project folder
	Database  string // the address of PostgreSQL that the command was given, "" for none
	Request   json.RawMessage
}

// outcome is what became of it: nothing, or an error with what a command does about it.
type outcome struct {
	Text  string
	Usage bool
	Need  *consentError
}

// errOther says that command and server are not of one version.
var errOther = errors.New("the running server is of another version of couplet: use its own, or stop it first")

// askServer runs an operation in the server that has the data folder open. The error is locked, of opening the folder,
// where none answers.
func askServer(ctx context.Context, p *place, name string, request any, in io.Reader, out io.Writer, locked error) error {
	sent, err := json.Marshal(request)
	if err != nil {
		return err
	}
	a := asked{Operation: name, Request: sent}
	if a.Project, err = filepath.Abs(p.project); err != nil {
		return err
	}
	if a.Database, err = databaseOf(p.database); err != nil {
		return err
	}
	var o outcome
	err = control.Ask(ctx, p.data, a, in, out, &o)
	switch {
	case errors.Is(err, control.ErrNoServer):
		return locked
	case err != nil:
		return err
	case o.Need != nil:
		return o.Need
	case o.Usage:
		return fmt.Errorf("%w: %s", errUsage, o.Text)
	case o.Text != "":
		return errors.New(o.Text)
	}
	return nil
}

// answerCommands lets commands reach a server until the answer is closed. Where that cannot be, it serves all the same.
func answerCommands(s *server.Server, c server.Config) *control.Server {
	handle := func(ctx context.Context, request json.RawMessage, in io.Reader, out io.Writer) any {
		return outcomeOf(serveOperation(ctx, s, c, request, in, out))
	}
	answering, err := control.Serve(c.Data, handle, c.Log)
	if err != nil {
		c.Log.Warn("other commands cannot use the data folder while this server runs", "error", err)
	}
	return answering
}

func serveOperation(ctx context.Context, s *server.Server, c server.Config, request json.RawMessage, in io.Reader, out io.Writer) error {
	var a asked
	if err := strictly(request, &a); err != nil {
		return err
	}
	o, known := operations[a.Operation]
	if !known {
		return errOther
	}
	w := &work{Project: s.Project(), in: in, out: out}
	w.accounts = func(context.Context) (*auth.Service, error) { return s.Accounts(), nil }
	if a.Database != "" && a.Database != c.Database {
		return errors.New("the running server has this data folder open with another database; leave --database away to use that one")
	}
	if o.needs.project {
		if w.Dir == "" {
			return errors.New("the running server serves no project folder; stop it first, or give another --data folder")
		}
		if !sameFolder(w.Dir, a.Project) {
			return fmt.Errorf("the running server does not serve the project in %s; give its own with --project, or stop it first", a.Project)
		}
		w.Dir = a.Project
	}
	err := o.do(ctx, w, a.Request)
	c.Log.LogAttrs(ctx, slog.LevelInfo, "command", slog.String("name", a.Operation), slog.Bool("done", err == nil))
	return err
}

// sameFolder reports whether two paths lead to one folder.
func sameFolder(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

func outcomeOf(err error) outcome {
	if err == nil {
		return outcome{}
	}
	o := outcome{Text: say(err), Usage: errors.Is(err, errUsage)}
	errors.As(err, &o.Need)
	return o
}

// strictly reads a request that holds nothing that is not known here.
func strictly(request json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(request))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return errOther
	}
	return nil
}
