package auth

import (
	"context"
	"strings"
	"sync"
	"time"
)

// Kept are credentials that are good for longer than a request: a connection's. They are asked again whenever something
// may have ended them.
type Kept struct {
	Identity
	request *Request
	classes []string
}

// Keep authenticates a request whose credentials are to be good for as long as they last, and copies what that needs of
// it. Without any the result is anonymous. Errors are those of Authenticate.
func (a *Service) Keep(ctx context.Context, r *Request, classes []string) (*Kept, error) {
	k := &Kept{request: r.copied(a.Cookies), classes: classes}
	id, err := a.Authenticate(ctx, k.request, classes)
	if err != nil {
		return nil, err
	}
	k.Identity = id
	if id.Class == Basic {
		k.request.Authorization = "" // nothing that needs a password is kept
	}
	return k, nil
}

// Renew is Keep for other credentials of the same client: a token in the place of those that it came with.
func (a *Service) Renew(ctx context.Context, k *Kept, token string) (*Kept, error) {
	r := *k.request
	r.Authorization, r.HasAuth, r.APIKey = "Bearer "+token, true, ""
	return a.Keep(ctx, &r, k.classes)
}

// As returns the same credentials with who they prove now.
func (k *Kept) As(id Identity) *Kept {
	c := *k
	c.Identity = id
	return &c
}

// Still returns who the credentials prove now; it fails where they have ended.
func (a *Service) Still(ctx context.Context, k *Kept) (Identity, error) {
	if k.Anonymous() {
		return Identity{}, nil
	}
	if !k.Expires.IsZero() && !a.Now().Before(k.Expires) {
		return Identity{}, errEnded
	}
	if k.Class != Basic {
		id, err := a.Authenticate(ctx, k.request, k.classes)
		if err == nil && (id.Anonymous() || id.User.Key != k.User.Key) {
			err = errEnded
		}
		return id, err
	}
	account, err := a.activeUser(ctx, k.classes, k.Account.ID)
	if err != nil {
		return Identity{}, err
	}
	if account.Epoch != k.Account.Epoch {
		return Identity{}, errEnded
	}
	return known(account, Basic), nil
}

var errEnded = InvalidToken("The credentials of this connection have ended.")

// copied is a request without what belongs to the HTTP server.
func (r *Request) copied(names CookieNames) *Request {
	c := *r
	cookies := map[string]string{}
	for _, name := range []string{names.AccessName(r.Secure), names.SessionName(r.Secure)} {
		if v := r.cookie(name); v != "" {
			cookies[name] = v
		}
	}
	c.Method, c.UserAgent, c.Referer, c.FormToken = "GET", "", "", nil
	c.Cookie = func(name string) string { return cookies[name] }
	return &c
}

// ended tells listeners that some credentials ended.
type ended struct {
	mu   sync.Mutex
	list []func()
}

// OnEnd makes fn be called whenever credentials have ended or changed, before whoever ended them is answered. It must
// not block.
func (a *Service) OnEnd(fn func()) {
	a.ends.mu.Lock()
	defer a.ends.mu.Unlock()
	a.ends.list = append(a.ends.list, fn)
}

func (e *ended) tell() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, fn := range e.list {
		fn()
	}
}

// How long a ticket is good for, and how many there may be.
const (
	TicketLife = 30 * time.Second
	maxTickets = 10_000
)

// tickets are what programs in browsers show in an address where they cannot send a header: good once, for a moment.
// The zero value is ready.
type tickets struct {
	mu   sync.Mutex
	kept map[string]ticket
}

type ticket struct {
	of    *Kept
	until time.Time
}

// Ticket returns a new ticket that stands for credentials; "" where too many are about.
func (a *Service) Ticket(k *Kept) string {
	t, now := &a.tickets, a.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for text, old := range t.kept {
		if !now.Before(old.until) {
			delete(t.kept, text)
		}
	}
	if len(t.kept) >= maxTickets {
		return ""
	}
	if t.kept == nil {
		t.kept = map[string]ticket{}
	}
	text := strings.ToLower(randomString(40))
	t.kept[text] = ticket{k, now.Add(TicketLife)}
	return text
}

// Redeem returns the credentials that a ticket stands for and ends the ticket. It fails where there are none, or they
// have ended meanwhile.
func (a *Service) Redeem(ctx context.Context, text string) (*Kept, error) {
	t := &a.tickets
	t.mu.Lock()
	found, ok := t.kept[text]
	delete(t.kept, text)
	t.mu.Unlock()
	if !ok || !a.Now().Before(found.until) {
		return nil, errTicket
	}
	id, err := a.Still(ctx, found.of)
	if err != nil {
		return nil, err
	}
	return found.of.As(id), nil
}

var errTicket = InvalidToken("This ticket is not valid, or was used already.")
