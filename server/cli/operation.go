package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store"
)

// operation is the part of a command that works on an open data folder. It runs in the command's own process or, where
// a server has the folder open, in the server's: all it knows of the command is its request, R, which travels as JSON.
type operation[R any] struct {
	name  string
	needs needs
	run   func(ctx context.Context, w *work, r R) error
}

// needs is what an operation cannot do without.
type needs struct {
	tables  bool // a database that something was applied to
	schema  bool // the same; schema.json is applied to a database that is still empty
	project bool // the project folder
}

// none is the request of an operation that is asked nothing.
type none struct{}

// work is what an operation works with.
type work struct {
	server.Project
	in       io.Reader // what the command sends along; an io.Seeker where that is a file
	out      io.Writer // what the command prints
	accounts func(context.Context) (*auth.Service, error)
}

// perform runs an operation on the data folder of a place. A server that has it open is asked to.
func (o operation[R]) perform(ctx context.Context, p *place, r R, in io.Reader, out io.Writer) error {
	if o.needs.tables {
		if err := p.hasDatabase(); err != nil {
			return err
		}
	}
	err := p.with(ctx, func(pr server.Project) error {
		accounts := func(ctx context.Context) (*auth.Service, error) { return auth.New(ctx, pr.Store, auth.Config{}) }
		return o.do(ctx, &work{pr, in, out, accounts}, r)
	})
	if !errors.Is(err, store.ErrLocked) {
		return err
	}
	return askServer(ctx, p, o.name, r, in, out, err)
}

// do runs an operation once what it needs is there.
func (o operation[R]) do(ctx context.Context, w *work, r R) error {
	if !o.needs.tables && !o.needs.schema {
		return o.run(ctx, w, r)
	}
	empty, err := w.Store.Empty(ctx)
	if err == nil && empty && o.needs.tables {
		err = errors.New("the database is still empty; 'couplet schema apply' makes its tables")
	} else if err == nil && empty {
		_, err = w.Apply(ctx, noConsent)
	}
	if err != nil {
		return err
	}
	return o.run(ctx, w, r)
}

// served is an operation as a server does it, whatever its request is.
type served struct {
	needs needs
	do    func(ctx context.Context, w *work, request json.RawMessage) error
}

// operations are what a server does for commands, by name.
var operations = map[string]served{}

// newOperation makes an operation, which a server does as well.
func newOperation[R any](name string, n needs, run func(ctx context.Context, w *work, r R) error) operation[R] {
	o := operation[R]{name, n, run}
	operations[name] = served{n, func(ctx context.Context, w *work, request json.RawMessage) error {
		var r R
		if err := strictly(request, &r); err != nil {
			return err
		}
		return o.do(ctx, w, r)
	}}
	return o
}
