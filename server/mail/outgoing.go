package mail

import (
	"context"
	"io"
	"sync"
)

// Outgoing is the Mailer of a server, whose configuration may change while it runs. It is safe for concurrent use.
type Outgoing struct {
	console io.Writer
	mu      sync.RWMutex
	config  Config
	mailer  Mailer
	fixed   bool // the Mailer was given and takes all mails
}

// NewOutgoing returns the Mailer of a Config. A Mailer that is given takes its place for good.
func NewOutgoing(c Config, given Mailer, console io.Writer) (*Outgoing, error) {
	o := &Outgoing{console: console, mailer: given, fixed: given != nil}
	return o, o.Configure(c)
}

// Configure makes the mails that follow go as c says; on an error everything stays as it is.
func (o *Outgoing) Configure(c Config) error {
	m, err := New(c, o.console)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.config = c
	if !o.fixed {
		o.mailer = m
	}
	return nil
}

// Config returns the configuration in force.
func (o *Outgoing) Config() Config {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.config
}

// Set reports whether mails reach their recipients, rather than the console.
func (o *Outgoing) Set() bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.fixed || o.config.Server != ""
}

// Send implements Mailer.
func (o *Outgoing) Send(ctx context.Context, m Message) error {
	o.mu.RLock()
	mailer := o.mailer
	o.mu.RUnlock()
	return mailer.Send(ctx, m)
}
