package server_test

import (
	"net/url"
	"strings"
	"testing"
)

const notesPresence = "/api/_/presence/notes/"

// at says where a client is, by its subscription id.
func (l *live) at(id, where string) {
	l.t.Helper()
	l.send(`{"op":"presence","id":"` + id + `","at":` + where + `}`)
}

// Whoever may see a record is told who looks at it and which field they edit, each user once, until they leave.
func TestLivePresence(t *testing.T) {
	w := newWorld(t)
	wendy, stan := w.token("wendy").live(""), w.token("stan").live("")
	wendy.subscribe("who", notesPresence, "")
	wendy.want("who: presence full")
	stan.subscribe("panel", notesPresence+"1/", "")
	stan.want("panel: presence full")

	wendy.at("who", `{"pk":1,"field":"title"}`)
	wendy.want("who: presence 1=wendy(title)")
	stan.want("panel: presence 1=wendy(title)")
	stan.at("panel", `{"pk":1,"field":"memo"}`) // which wendy may not read
	stan.want("panel: presence 1=wendy(title) stan(memo)")
	wendy.want("who: presence 1=wendy(title) stan")

	tab := w.token("wendy").live("")
	tab.subscribe("who", notesPresence, "")
	tab.want("who: presence full 1=wendy(title) stan")
	tab.at("who", `{"pk":1}`)
	for _, l := range []*live{tab, wendy} {
		l.want("who: presence 1=wendy(title)*2 stan")
	}
	stan.want("panel: presence 1=wendy(title)*2 stan(memo)")
	tab.drop()
	wendy.want("who: presence 1=wendy(title) stan")
	stan.want("panel: presence 1=wendy(title) stan(memo)")

	wendy.at("who", `{"pk":3}`)
	wendy.want("who: presence 1=stan, 3=wendy")
	stan.want("panel: presence 1=stan(memo)")
	wendy.at("who", `null`)
	wendy.want("who: presence 3=")
	stan.send(`{"op":"unsubscribe","id":"panel"}`)
	wendy.want("who: presence 1=")
}

// What a change of a record, of a user or of the schema does to who may see whom.
func TestLivePresenceRights(t *testing.T) {
	w := newWorld(t)
	root, wendy, stan := w.token("root").live(""), w.token("wendy").live(""), w.token("stan").live("")
	for _, l := range []*live{root, wendy, stan} {
		l.subscribe("who", notesPresence, "")
		l.want("who: presence full")
	}
	everybody := func(short string) {
		t.Helper()
		for _, l := range []*live{root, wendy, stan} {
			l.want(short)
		}
	}
	stan.at("who", `{"pk":1,"field":"title"}`)
	everybody("who: presence 1=stan(title)")
	root.at("who", `{"pk":1}`)
	everybody("who: presence 1=stan(title) root")

	w.root.want("PATCH", notesPath+"1/", `{"stars":0}`, 200, "") // nobody's, without a star: for root alone
	root.want("who: presence 1=root")
	wendy.want("who: presence 1=")
	stan.want("who: presence 1=")
	wendy.at("who", `{"pk":1}`)
	wendy.want("who: error 404")
	w.root.want("PATCH", notesPath+"1/", `{"stars":2}`, 200, "")
	everybody("who: presence 1=stan(title) root")
	root.at("who", `{"pk":2}`) // wendy's own
	root.want("who: presence 1=stan(title), 2=root")
	wendy.want("who: presence 1=stan(title), 2=root")
	stan.want("who: presence 1=stan(title)")

	_, stanKey, _ := strings.Cut(w.root.want("GET", "/api/_/records/users/?filter="+url.QueryEscape("username == 'stan'"), "", 200, ""), `"id":`)
	stanKey, _, _ = strings.Cut(stanKey, ",")
	w.root.want("PATCH", "/api/_/records/users/"+stanKey+"/", `{"roles":[]}`, 200, "")
	stan.want("who: reset")
	root.want("who: presence 1=")
	wendy.want("who: presence 1=")
	stan.subscribe("who", notesPresence, "")
	stan.want("who: error 403")

	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"is_active":false}`, 200, "")
	wendy.want("who: reset")
	wendy.want(": error 401")
	if code := wendy.closed(); code != 4401 {
		t.Errorf("closed with %d", code)
	}
	w.root.want("DELETE", notesPath+"2/", "", 204, "")
	root.want("who: presence 2=")
	root.subscribe("gone", notesPresence+"2/", "")
	root.want("gone: error 404")
}

// What is no place is refused, and the place before it stays.
func TestLivePresenceErrors(t *testing.T) {
	w := newWorld(t)
	l := w.token("wendy").live("")
	l.subscribe("a", "/api/notes/", "")
	l.want("a: snapshot 3 [one,two,three]")
	l.subscribe("one", notesPresence+"1/", "")
	l.want("one: presence full")
	l.subscribe("who", notesPresence, "")
	l.want("who: presence full")
	l.at("who", `{"pk":1}`)
	for range 2 { // in no order
		l.next()
	}
	for _, c := range []struct{ frame, want string }{
		{`{"op":"presence","id":"none","at":null}`, "none: error 404"},
		{`{"op":"presence","id":"a","at":{"pk":1}}`, "a: error 400"},
		{`{"op":"presence","id":"who"}`, "who: error 400"},
		{`{"op":"presence","id":"who","at":3}`, "who: error 400"},
		{`{"op":"presence","id":"who","at":{"pk":1,"more":2}}`, "who: error 400"},
		{`{"op":"presence","id":"who","at":{"pk":77}}`, "who: error 404"},
		{`{"op":"presence","id":"who","at":{"pk":"one"}}`, "who: error 404"},
		{`{"op":"presence","id":"who","at":{"pk":1,"field":"memo"}}`, "who: error 400"},
		{`{"op":"presence","id":"who","at":{"pk":1,"field":"nothing"}}`, "who: error 400"},
		{`{"op":"presence","id":"one","at":{"pk":2}}`, "one: error 400"},
		{`{"op":"subscribe","id":"b","path":"/api/_/presence/notes/77/"}`, "b: error 404"},
		{`{"op":"subscribe","id":"b","path":"/api/_/presence/nothing/"}`, "b: error 404"},
		{`{"op":"subscribe","id":"b","path":"/api/_/presence/notes/?filter=true"}`, "b: error 400"},
	} {
		l.sendRaw(c.frame)
		l.want(c.want)
	}
	l.at("who", `{"pk":1,"field":"title"}`)
	if f, text := l.next(); shortFrame(f) != f.ID+": presence 1=wendy(title)" {
		t.Errorf("frame %s", text)
	}
	nobody := w.visitor().live("")
	nobody.subscribe("who", "/api/_/presence/tags/", "") // which anyone may view
	nobody.want("who: error 401")
	w.token("wendy").want("GET", "/api/live/?subscribe="+notesPresence, "", 400, "")
}

// Who announces too much is told so, and nothing of it reaches others.
func TestLivePresenceLimits(t *testing.T) {
	w := newWorld(t)
	l := w.token("root").live("")
	l.subscribe("tags", "/api/_/presence/tags/", "")
	l.want("tags: presence full")
	for range 60 {
		l.at("tags", `null`)
	}
	l.want("tags: error 429") // each of these is as quick as the network: far more than 10 a second

	l = w.token("root").live("")
	for n := range 20 {
		id := encodedInt(n)
		l.subscribe(id, notesPresence+"1/", "")
		l.at(id, `{"pk":1}`)
	}
	l.subscribe("more", notesPresence+"1/", "")
	l.at("more", `{"pk":1}`)
	for {
		if f, _ := l.next(); f.Op == "error" {
			if f.ID != "more" || f.Status != 429 {
				t.Errorf("%s: error %d", f.ID, f.Status)
			}
			return
		}
	}
}

// An event stream watches; it starts over with everything.
func TestLivePresenceStream(t *testing.T) {
	w := newWorld(t)
	wendy := w.token("wendy").live("")
	wendy.subscribe("who", notesPresence, "")
	wendy.want("who: presence full")
	wendy.at("who", `{"pk":3}`)
	wendy.want("who: presence 3=wendy")
	s := w.token("stan").stream("?subscribe="+notesPresence, "")
	s.want(notesPresence + ": presence full 3=wendy")
	wendy.at("who", `null`)
	s.want(notesPresence + ": presence 3=")
}

// The name of a user is that of their account.
func TestLivePresenceNames(t *testing.T) {
	w := newWorld(t)
	told := w.token("root").live("")
	told.subscribe("her", "/api/_/records/users/"+w.wendyKey+"/", "")
	told.want("her: snapshot []")
	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"first_name":"Wendy","last_name":"Wood"}`, 200, "")
	told.want("changes her updated") // a subscription that she made before that would be reset
	l := w.token("wendy").live("")
	l.subscribe("who", notesPresence, "")
	l.want("who: presence full")
	l.at("who", `{"pk":1}`)
	f, text := l.next()
	if len(f.Records) != 1 || len(f.Records[0].People) != 1 {
		t.Fatalf("frame %s", text)
	}
	if u := f.Records[0].People[0].User; u.Display != "Wendy Wood" || u.ID != w.wendyKey {
		t.Errorf("frame %s", text)
	}
}
