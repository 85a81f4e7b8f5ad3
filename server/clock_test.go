package server_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
)

const jump = 3 * time.Hour

// clocks is a list of notes.
var clocks = notesPath + "?filter=" + url.QueryEscape(`title.startsWith("clock")`)

// TestClockGoesBack puts a serving process's clock back by hours, between writes, under a live client, logged-in users and
// a webhook that is to be tried again. Nothing is lost, held up or locked out, what has ended stays so, and log and doctor
// say what happened, also after a restart.
func TestClockGoesBack(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"notes","filter":"title.startsWith('clock')"}`, "") // on PostgreSQL the feed may still be short of the world's own notes
	l := h.root.live("")
	l.subscribe("a", clocks, "")
	l.want("a: snapshot []")
	create := func(title string) { h.root.want("POST", notesPath, `{"title":"clock `+title+`"}`, 201, "") }
	start := h.clock.Now()
	login := func(name, password string) (access, refresh string) {
		text := h.visitor().want("POST", "/api/token/", `{"username":"`+name+`","password":"`+password+`"}`, 200, "")
		return member(t, text, "access"), member(t, text, "refresh")
	}
	seen := func(access string, status int) {
		t.Helper()
		h.visitor().with("Authorization", "Bearer "+access).want("GET", "/api/auth/user/", "", status, "")
	}
	const first, second = "a-good-Pass-123", "another-Pass-456"
	stan, stanRefresh := login("stan", first)
	wendy, wendyRefresh := login("wendy", first)
	create("before")
	l.want("changes a created clock before")
	h.take(500) // it will be tried again
	h.state(path, "waiting", 1)

	h.clock.putBack(jump)
	create("after")
	l.want("changes a created clock after")
	h.take(200)
	seen(stan, 200)
	h.visitor().want("POST", "/api/token/refresh/", `{"refresh":"`+stanRefresh+`"}`, 200, "")
	h.visitor().want("POST", "/api/token/blacklist/", `{"refresh":"`+wendyRefresh+`"}`, 200, "")
	h.visitor().want("POST", "/api/token/refresh/", `{"refresh":"`+wendyRefresh+`"}`, 401, "")
	h.wendy.want("POST", "/api/auth/password/change/", `{"old_password":"`+first+`","new_password1":"`+second+`","new_password2":"`+second+`"}`, 200, "")
	seen(wendy, 401) // issued at a time that has not come: the change of the password ends it all the same
	wendy, _ = login("wendy", second)
	seen(wendy, 200)
	h.clock.move(11 * time.Second)
	h.log.told(t, "the clock was put back", "by=3h0m0s")
	h.take(200) // not three hours late
	h.state(path, "delivered", 2)

	create("last")
	l.want("changes a created clock last")
	h.take(200)
	h.wantLog("clock last, clock after, clock before", start)
	l.drop()
	create("unseen")
	h.take(200)
	cursor := l.cursor
	h.restart(func() { h.log.text.Reset() })
	h.log.told(t, "the clock was put back")
	l = h.root.live("")
	l.subscribe("a", clocks, cursor)
	l.want("changes a created clock unseen")
	seen(stan, 200)
	seen(wendy, 200)
	contains(t, h.root.want("GET", "/api/_/doctor/", "", 200, ""), "in the future: the clock was put back.")
	h.clock.move(jump + 2*time.Hour)
	create("right again")
	l.want("changes a created clock right again")
	h.take(200)
	seen(stan, 401) // it has expired
	if text := h.root.want("GET", "/api/_/doctor/", "", 200, ""); strings.Contains(text, "was put back") {
		t.Errorf("the doctor still complains: %s", text)
	}
}

// told waits until the log has a line that holds these texts.
func (l *logged) told(t *testing.T, texts ...string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		for line := range strings.Lines(l.String()) {
			found := 0
			for _, text := range texts {
				if strings.Contains(line, text) {
					found++
				}
			}
			if found == len(texts) {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log does not say %q:\n%s", texts, l.String())
		}
		time.Sleep(time.Millisecond)
	}
}

// wantLog holds that the log lists creations in the order in which they were made, and finds them by their times.
func (h *hooked) wantLog(order string, start time.Time) {
	t := h.world.t
	t.Helper()
	titles := func(query string) string {
		var page struct {
			Results []struct {
				Op     string
				Key    any
				Record any
			}
		}
		if err := json.Unmarshal([]byte(h.root.want("GET", "/api/_/changes/?collection=notes&op=create&limit=3&"+query, "", 200, "")), &page); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range page.Results {
			out = append(out, member(t, h.root.want("GET", fmt.Sprintf("%s%v/", notesPath, c.Key), "", 200, ""), "title"))
		}
		return strings.Join(out, ", ")
	}
	at := func(d time.Duration) string { return url.QueryEscape(start.Add(d).UTC().Format(time.RFC3339Nano)) }
	if got := titles(""); got != order {
		t.Errorf("the log lists %s, want %s", got, order)
	}
	if got := titles("before=" + at(-time.Hour)); got != "clock last, clock after" {
		t.Errorf("before the clock was put back there are %s", got)
	}
	if got := titles("after=" + at(0)); !strings.HasPrefix(got, "clock before") {
		t.Errorf("later than that there are %s", got)
	}
}

// Jobs run at their times after the clock was put back, and a backup that is made then is none of those that go.
func TestJobsAfterClockGoesBack(t *testing.T) {
	s := newScheduled(t, `{"hourly": {"cron": "0 * * * *", "task": "backup", "keep": 1}}`)
	log := &logged{}
	s.restart(func(c *server.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
	s.root.base = s.base
	s.clock.move(time.Hour)
	first := s.runs("hourly", 1)[0]
	s.clock.putBack(jump)
	s.clock.move(11 * time.Second)
	log.told(t, "the clock was put back", "by=3h0m0s")
	if got := s.next("hourly"); got != "2031-05-01T11:00:00Z" {
		t.Errorf("it runs next at %s", got)
	}
	s.clock.move(time.Hour)
	second := s.runs("hourly", 2)[0]
	if first.State != "done" || second.State != "done" || second.Started != "2031-05-01T11:00:11Z" {
		t.Errorf("the runs are %+v and %+v", first, second)
	}
	text := s.root.want("GET", "/api/_/backups/", "", 200, "")
	if !strings.Contains(text, "couplet-20310501-1100") || strings.Contains(text, "couplet-20310501-1300") {
		t.Errorf("the backups are %s", text)
	}
}
