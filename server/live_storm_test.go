package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/couplet/couplet/server/auth"
)

const stormSchema = `{
  "settings": {"pagination": {"style": "page_number", "page_size": 5000, "max_page_size": 5000}},
  "collections": {
    "teams": {"fields": {"name": {"type": "char", "max_length": 10}}},
    "items": {
      "fields": {
        "title": {"type": "char", "max_length": 40}, "state": {"type": "char", "max_length": 10}, "n": {"type": "integer", "default": 0},
        "team": {"type": "foreign_key", "to": "teams", "on_delete": "cascade"},
        "owner": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "null": true}
      },
      "rules": {"view": "state == 'public' || owner == user.id"}
    }
  },
  "resources": {
    "items": {"fields": ["id", "title", "state", "n"], "filters": {"team__name": ["exact"], "n": ["gte"]}},
    "shown": {"collection": "items", "fields": ["id", "title", "state", "n", {"name": "team_name", "source": "team.name", "read_only": true}], "filters": {"n": ["gte"]}}
  },
  "roles": {"signed_in": {"items": {"view": true}}}
}`

// storm has many writers, and clients that lose their connections again and again.
type storm struct {
	*project
	mu   sync.RWMutex // held to change the server
	root *account
}

// TestLiveStorm holds that a client that is told, loses its connection and comes back, through a restart of the server
// too, has what the list has: nothing is lost, nothing comes twice, and counts are right after each message.
func TestLiveStorm(t *testing.T) {
	s := &storm{project: startProject(t, stormSchema)}
	s.root, _ = s.user(auth.NewUser{Username: "root", Superuser: true})
	s.user(auth.NewUser{Username: "reader"})
	for _, name := range []string{"red", "blue"} {
		s.root.want("POST", "/api/_/records/teams/", `{"name":"`+name+`"}`, 201, "")
	}
	token := member(t, s.visitor().want("POST", "/api/token/", `{"username":"reader","password":"a-good-Pass-123"}`, 200, ""), "access")
	reader := s.visitor().with("Authorization", "Bearer "+token)
	var clients sync.WaitGroup
	for i, path := range []string{"/api/items/", "/api/items/?n__gte=5", "/api/items/?team__name=red", "/api/shown/?n__gte=3", "/api/items/", "/api/items/?team__name=blue&n__gte=2"} {
		c := &stormClient{storm: s, account: *reader, path: path, rand: rand.New(rand.NewPCG(uint64(i), 7)), strict: path[5] == 'i'}
		clients.Go(c.follow)
	}
	for phase := range 2 {
		if phase > 0 {
			s.mu.Lock()
			s.root.client.CloseIdleConnections()
			reader.client.CloseIdleConnections()
			s.stop()
			s.start()
			s.root.base = s.base
			s.mu.Unlock()
		}
		var writers sync.WaitGroup
		for by := range 5 {
			writers.Go(func() { s.writeFrom(rand.New(rand.NewPCG(uint64(by), uint64(phase)))) })
		}
		writers.Wait()
	}
	for _, team := range []string{"1", "2"} {
		s.root.want("POST", "/api/_/records/items/", `{"title":"end","state":"public","n":9,"team":`+team+`}`, 201, "")
	}
	clients.Wait()
}

// writeFrom creates, changes and deletes, alone and in batches. Records may be gone by the time they are changed.
func (s *storm) writeFrom(r *rand.Rand) {
	for range 40 {
		item := func() string {
			return fmt.Sprintf(`{"title":"t%d","state":"%s","n":%d,"team":%d}`, r.IntN(99), []string{"public", "draft"}[r.IntN(2)], r.IntN(10), 1+r.IntN(2))
		}
		at := fmt.Sprintf("/api/_/records/items/%d/", 1+r.IntN(60))
		switch r.IntN(5) {
		case 0, 1:
			s.root.call("POST", "/api/_/records/items/", item())
		case 2, 3:
			s.root.call("PATCH", at, item())
		default:
			s.root.call("POST", "/api/_/batch/", `{"requests":[{"method":"POST","path":"/api/_/records/items/","body":`+item()+`},`+
				`{"method":"PATCH","path":"`+at+`","body":`+item()+`},{"method":"DELETE","path":"`+fmt.Sprintf("/api/_/records/items/%d/", 1+r.IntN(60))+`"}]}`)
		}
	}
}

// stormClient keeps a list by what it is told.
type stormClient struct {
	*storm
	account
	path   string
	rand   *rand.Rand
	strict bool // the resource shows columns only, so every message is of one moment
	cursor string
	known  map[string]string
	count  int
	ended  map[string]bool
}

func (c *stormClient) follow() {
	c.ended = map[string]bool{}
	for len(c.ended) < c.ends() {
		c.mu.RLock()
		c.account.base = c.storm.base
		c.mu.RUnlock()
		if ws, _, err := c.dialLive(""); err == nil {
			c.read(ws, 1+c.rand.IntN(25))
			_ = ws.CloseNow()
		}
	}
	c.compare()
}

// ends is how many of the last records the list has.
func (c *stormClient) ends() int {
	if c.path[:11] == "/api/items/" && len(c.path) > 20 && c.path[12] == 't' {
		return 1
	}
	return 2
}

// read goes on with what it knows, for some messages.
func (c *stormClient) read(ws *websocket.Conn, messages int) {
	ws.SetReadLimit(8 << 20)
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	defer cancel()
	begin := func() error {
		return ws.Write(ctx, websocket.MessageText, []byte(encoded(c.storm.t, map[string]string{"op": "subscribe", "id": "a", "path": c.path, "from": c.cursor})))
	}
	if begin() != nil {
		return
	}
	for range messages {
		_, text, err := ws.Read(ctx)
		if err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				c.storm.t.Errorf("%s: nothing more is told after %d records; ended %v", c.path, len(c.known), c.ended)
				c.ended["1"], c.ended["2"] = true, true
			}
			return
		}
		var f liveFrame
		if err := json.Unmarshal(text, &f); err != nil {
			c.storm.t.Error(err)
		}
		switch f.Op {
		case "snapshot":
			c.known, c.count = map[string]string{}, *f.Count
			for _, r := range f.Results {
				c.put(r)
			}
		case "changes":
			c.apply(f)
		default: // a reset
			c.cursor = ""
			if begin() != nil {
				return
			}
			continue
		}
		if c.cursor = f.Cursor; c.strict && c.count != len(c.known) {
			c.storm.t.Errorf("%s: the count is %d after %s, with %d records", c.path, c.count, text, len(c.known))
		}
		if len(c.ended) == c.ends() {
			return
		}
	}
}

func (c *stormClient) put(record json.RawMessage) string {
	var r struct {
		ID    json.Number
		Title string
	}
	if err := json.Unmarshal(record, &r); err != nil {
		c.storm.t.Error(err)
	}
	c.known[r.ID.String()] = string(record)
	if r.Title == "end" {
		c.ended[r.ID.String()] = true
	}
	return r.ID.String()
}

func (c *stormClient) apply(f liveFrame) {
	for _, e := range f.Events {
		before := len(c.known)
		switch e.Op {
		case "gone":
			if delete(c.known, string(e.PK)); c.strict && len(c.known) == before {
				c.storm.t.Errorf("%s: %s is gone, and was not there", c.path, e.PK)
			}
		default:
			id := c.put(e.Record)
			if c.strict && (len(c.known) > before) != (e.Op == "created") {
				c.storm.t.Errorf("%s: %s is told of as %s", c.path, id, e.Op)
			}
		}
	}
	if n, told := f.Counts["a"]; told {
		c.count = n
	}
}

// compare holds what the client knows against the list.
func (c *stormClient) compare() {
	var list struct {
		Count   int
		Results []json.RawMessage
	}
	if err := json.Unmarshal([]byte(c.want("GET", c.path, "", 200, "")), &list); err != nil {
		c.storm.t.Error(err)
		return
	}
	if list.Count != c.count || len(list.Results) != len(c.known) {
		c.storm.t.Errorf("%s: the client counts %d and knows %d, the list has %d", c.path, c.count, len(c.known), list.Count)
	}
	for _, r := range list.Results {
		var id struct{ ID json.Number }
		if err := json.Unmarshal(r, &id); err != nil || c.known[id.ID.String()] != string(r) {
			c.storm.t.Errorf("%s: the client has %s for %s", c.path, c.known[id.ID.String()], r)
		}
	}
}
