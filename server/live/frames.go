package live

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
)

// frame is what a client sends.
type frame struct {
	Op     string `json:"op"`
	ID     string `json:"id"`
	Path   string `json:"path"`
	From   string `json:"from"`
	Token  string `json:"token"`
	Ticket string `json:"ticket"`

	At json.RawMessage `json:"at"`
}

// operations are what clients can ask for, by op.
var operations = map[string]func(*conn, context.Context, *frame) error{
	"subscribe":   (*conn).subscribe,
	"unsubscribe": (*conn).unsubscribe,
	"presence":    (*conn).announce,
	"auth":        (*conn).authenticate,
}

// do does what a client's frame says. What is refused is answered with an error and harms nothing else.
func (c *conn) do(ctx context.Context, text []byte) {
	defer func() {
		if r := recover(); r != nil {
			c.hub.Log.Error("live: a frame panicked", "frame", string(text), "panic", r, "stack", string(debug.Stack()))
			c.refuse("", rest.Internal(nil))
		}
	}()
	var f frame
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	err := d.Decode(&f)
	if _, more := d.Token(); err == nil && !errors.Is(more, io.EOF) {
		err = errors.New("there is something after the end of the frame")
	}
	if err != nil {
		c.refuse("", rest.ParseError("JSON parse error - "+strings.TrimPrefix(err.Error(), "json: ")))
		return
	}
	op := operations[f.Op]
	switch {
	case op == nil:
		err = bad("There is no op " + strconv.Quote(f.Op) + ".")
	case f.Op != "auth" && (f.ID == "" || len(f.ID) > maxID):
		err = bad("A frame names its subscription by id, a text of 1 to " + strconv.Itoa(maxID) + " bytes.")
	default:
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		err = op(c, ctx, &f)
	}
	if err != nil {
		if len(f.ID) > maxID {
			f.ID = ""
		}
		c.refuse(f.ID, err)
	}
}

func bad(detail string) error { return &rest.APIError{Status: 400, Code: "invalid", Detail: detail} }

func (c *conn) subscribe(ctx context.Context, f *frame) error {
	s, err := c.open(ctx, f.ID, f.Path)
	if err != nil || passing(f.Path) {
		return err
	}
	return c.hub.begin(ctx, []*sub{s}, f.From)
}

// openTries is how often a path is resolved anew, since the schema or the credentials changed meanwhile.
const openTries = 10

// passing reports whether what a path names has no cursor: presence and system topics, which begin by themselves.
func passing(path string) bool {
	return strings.HasPrefix(path, presencePrefix) || strings.HasPrefix(path, topicPrefix)
}

// open resolves a path, in the sight that the credentials give at this moment, and makes a subscription of it, which has
// yet to begin where it has a cursor.
func (c *conn) open(ctx context.Context, id, path string) (*sub, error) {
	for n := 1; ; n++ {
		kept := c.credentials()
		who, err := c.hub.Auth.Still(ctx, kept)
		if err != nil {
			return nil, err
		}
		if s, err := c.resolve(ctx, id, path, who, kept); !errors.Is(err, errStale) || n == openTries {
			return s, err
		}
	}
}

func (c *conn) resolve(ctx context.Context, id, path string, who auth.Identity, kept *auth.Kept) (*sub, error) {
	switch {
	case strings.HasPrefix(path, presencePrefix):
		return c.attend(ctx, id, path, who, kept)
	case strings.HasPrefix(path, topicPrefix):
		return c.follow(ctx, id, path, who, kept)
	}
	w, err := c.hub.Watch(ctx, who, c.base, c.ip, path)
	if err != nil {
		return nil, err
	}
	return c.hub.join(c, id, w, kept)
}

func (c *conn) unsubscribe(_ context.Context, f *frame) error {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	s := c.subs[f.ID]
	if s == nil {
		return &rest.APIError{Status: 404, Code: "not_found", Detail: "There is no subscription of that id."}
	}
	c.hub.part(s)
	return nil
}

// authenticate takes other credentials for those that the connection has. Another user's subscriptions end.
func (c *conn) authenticate(ctx context.Context, f *frame) error {
	var kept *auth.Kept
	var err error
	switch {
	case (f.Token == "") == (f.Ticket == ""):
		return bad("Give either a token or a ticket.")
	case f.Token != "":
		kept, err = c.hub.Auth.Renew(ctx, c.credentials(), f.Token)
	default:
		kept, err = c.hub.Auth.Redeem(ctx, f.Ticket)
	}
	if err != nil {
		return err
	}
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	same := !kept.Anonymous() && kept.User.Key == c.user && slices.Equal(kept.Scopes, c.kept.Scopes) && kept.Class == c.kept.Class
	c.hub.own(c, kept)
	if !same {
		c.hub.resetOf(c)
	}
	return nil
}
