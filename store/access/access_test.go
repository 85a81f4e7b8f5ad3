package access

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

func roles(names ...string) func(*User)       { return func(u *User) { u.Roles = names } }
func permissions(names ...string) func(*User) { return func(u *User) { u.Permissions = names } }
func superuser(u *User)                       { u.Superuser = true }

// all, none and some are what a grant can say.
func grantWord(g Grant) string {
	switch {
	case g.None:
		return "none"
	case g.All:
		return "all"
	}
	return "some"
}

// TestGrant has the grants of view, add, change and delete on posts and on replies, for each kind of user.
func TestGrant(t *testing.T) {
	w := newWorld(t)
	inactive := func(u *User) { u.Superuser, u.Active, u.Roles = true, false, []string{"owners"} }
	for _, c := range []struct {
		name    string
		user    *User
		posts   string
		replies string
		logs    string
	}{
		{"anonymous", nil, "none none none none", "some none none none", "none none none none"},
		{"signed in", w.user(1, nil), "some some none none", "some all none none", "none none none none"},
		{"staff is no grant", w.user(2, nil), "some some none none", "some all none none", "none none none none"},
		{"editor", w.user(1, roles("editors")), "some some some some", "all all none none", "all none none none"},
		{"owner by *", w.user(1, roles("owners")), "some all all some", "all all all all", "all all all all"},
		{"two roles", w.user(1, roles("editors", "owners")), "some all all some", "all all all all", "all all all all"},
		{"unknown role", w.user(1, roles("gone")), "some some none none", "some all none none", "none none none none"},
		{"own permission", w.user(1, permissions("posts.change", "logs.view")), "some some all none", "some all none none", "all none none none"},
		{"own permission, not a wildcard", w.user(1, permissions("*", "*.*", "posts.*", "posts", "posts.change.x")), "some some none none", "some all none none", "none none none none"},
		{"superuser", w.user(1, superuser), "all all all all", "all all all all", "all all all all"},
		{"inactive superuser", w.user(1, inactive), "none none none none", "some none none none", "none none none none"},
	} {
		s := w.scope(c.user)
		for coll, want := range map[string]string{"posts": c.posts, "replies": c.replies, "logs": c.logs} {
			got := ""
			for _, a := range schema.Actions {
				got += " " + grantWord(s.Grant(w.s.Collection(coll), a))
			}
			if got[1:] != want {
				t.Errorf("%s on %s: got%s, want %s", c.name, coll, got, want)
			}
		}
	}
	sys := System(w.p)
	for _, a := range schema.Actions {
		if !sys.Grant(w.s.Collection("posts"), a).All {
			t.Errorf("the system may not %s", a)
		}
	}
}

// TestPolicies has the grants on posts under each permission policy.
func TestPolicies(t *testing.T) {
	w := newWorld(t)
	users := []*User{nil, w.user(1, nil), w.user(2, nil), w.user(1, permissions("posts.add", "posts.change")), w.user(1, superuser)}
	for _, c := range []struct {
		resource string
		want     []string // view add change delete; view and delete of posts have rules of their own: some
	}{
		{"open", []string{"some all all some", "some all all some", "some all all some", "some all all some", "all all all all"}},
		{"signed", []string{"none none none none", "some all all some", "some all all some", "some all all some", "all all all all"}},
		{"signed_or_read", []string{"some none none none", "some all all some", "some all all some", "some all all some", "all all all all"}},
		{"admin", []string{"none none none none", "none none none none", "some all all some", "none none none none", "all all all all"}},
		{"model", []string{"none none none none", "some some none none", "some some none none", "some all all none", "all all all all"}},
		{"posts", []string{"some none none none", "some some none none", "some some none none", "some all all none", "all all all all"}},
	} {
		for i, u := range users {
			r := w.s.Resource(c.resource)
			for _, s := range []*Scope{w.scope(u).WithResource(r), w.scope(u).WithPolicy(r.Permission)} {
				got := ""
				for _, a := range schema.Actions {
					got += " " + grantWord(s.Grant(w.s.Collection("posts"), a))
				}
				if got[1:] != c.want[i] {
					t.Errorf("%s, user %d: got%s, want %s", c.resource, i, got, c.want[i])
				}
			}
		}
	}
}

// TestOtherCollections: behind a resource, other collections follow the first resource over them, or roles.
func TestOtherCollections(t *testing.T) {
	w := newWorld(t)
	s := w.scope(nil).WithResource(w.s.Resource("replies"))
	got := map[string]string{}
	for _, name := range []string{"posts", "replies", "logs", "users"} {
		got[name] = grantWord(s.Grant(w.s.Collection(name), schema.View))
	}
	want := map[string]string{"posts": "some", "replies": "some", "logs": "none", "users": "none"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// TestSQLAgrees: what WriteSQL selects is what Allows allows and Explain explains, for every user, policy, action and
// collection.
func TestSQLAgrees(t *testing.T) {
	w := newWorld(t)
	users := []*User{nil, w.user(1, superuser), w.user(1, func(u *User) { u.Active = false })}
	for n := 1; n <= 3; n++ {
		users = append(users, w.user(n, nil), w.user(n, roles("editors")), w.user(n, roles("owners")), w.user(n, permissions("posts.change", "posts.delete")))
	}
	allowed, refused := 0, 0
	for i, u := range users {
		scopes := []*Scope{w.scope(u)}
		for _, r := range w.s.Resources {
			scopes = append(scopes, w.scope(u).WithResource(r))
		}
		if i == 0 {
			scopes = append(scopes, System(w.p))
		}
		for j, s := range scopes {
			for c, rows := range w.rows {
				for _, a := range schema.Actions {
					selected := w.selected(t, c, func(b *sqlb.Builder, f *sqlb.From) error { return s.WriteSQL(b, f, c, a) })
					for _, r := range rows {
						ok, err := s.Allows(c, a, r)
						why := s.Explain(c, a, r)
						if err != nil || ok != selected[r.values[0].Int()] || ok != why.Allowed {
							t.Errorf("user %d, scope %d: %s of %s %d: Allows %v (%v), SQL %v, %s", i, j, a, c.Name, r.values[0].Int(), ok, err, !ok, why)
						}
						if ok {
							allowed++
						} else {
							refused++
						}
					}
				}
			}
		}
	}
	if allowed < 1000 || refused < 1000 {
		t.Errorf("%d allowed, %d refused: the test tests little", allowed, refused)
	}
}

func TestFieldRules(t *testing.T) {
	w := newWorld(t)
	posts := w.s.Collection("posts")
	mine, other := w.rows[posts][1], w.rows[posts][2] // by users 1 and 2
	type answers struct{ Notes, NotesMine, NotesOther, Score, StateWrite, Password bool }
	for _, c := range []struct {
		name  string
		scope *Scope
		want  answers
	}{
		{"anonymous", w.scope(nil), answers{Notes: true}},
		{"user 1", w.scope(w.user(1, nil)), answers{Notes: true, NotesMine: true}},
		{"staff", w.scope(w.user(2, nil)), answers{Notes: true, NotesOther: true, Score: true, StateWrite: true}},
		{"superuser", w.scope(w.user(1, superuser)), answers{true, true, true, true, true, false}},
		{"system", System(w.p), answers{true, true, true, true, true, true}},
	} {
		in := func(f string, r *row) bool {
			ok, err := c.scope.ReadableIn(posts.Field(f), r)
			if err != nil {
				t.Error(err)
			}
			return ok
		}
		writable, err := c.scope.WritableIn(posts.Field("state"), mine)
		if err != nil || writable != c.scope.Writable(posts.Field("state")) {
			t.Errorf("%s: WritableIn %v, %v", c.name, writable, err)
		}
		got := answers{c.scope.Readable(posts.Field("notes")), in("notes", mine), in("notes", other), c.scope.Readable(posts.Field("score")),
			writable, c.scope.Readable(w.s.Users().Field("password"))}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, d)
		}
	}
	s := w.scope(nil)
	if !s.ReadablePerRecord(posts.Field("notes")) || s.ReadablePerRecord(posts.Field("score")) || s.ReadablePerRecord(posts.Field("title")) {
		t.Error("notes is read per record, score and title are not")
	}
}

// TestClientExpressions: a client's filter learns nothing from records and fields out of sight.
func TestClientExpressions(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		user *User
		coll string
		src  string
		want map[int64]bool
	}{
		// Posts 5 to 8 are public; replies 9 to 16 are theirs. User 1 wrote 2 and 6, and sees 2.
		{nil, "replies", "post.state == 'draft'", map[int64]bool{}},
		{w.user(1, nil), "replies", "post.state == 'draft'", map[int64]bool{3: true, 4: true}},
		{w.user(1, superuser), "replies", "post.state == 'draft'", map[int64]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true}},
		{w.user(1, nil), "replies", "post.notes == null && post.author == 2", map[int64]bool{13: true, 14: true}},
		{w.user(1, nil), "posts", "size(replies) == 2", map[int64]bool{2: true, 5: true, 6: true, 7: true, 8: true}},
	} {
		e, err := expr.Compile(c.src, expr.Env{Collection: w.s.Collection(c.coll), Users: w.s.Users()})
		if err != nil {
			t.Fatal(err)
		}
		s := w.scope(c.user).WithResource(w.s.Resource("posts"))
		bind := s.ClientBindings()
		got := w.selected(t, w.s.Collection(c.coll), func(b *sqlb.Builder, f *sqlb.From) error { return e.WriteSQL(b, f, bind) })
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.src, d)
		}
		for _, r := range w.rows[w.s.Collection(c.coll)] {
			if truth, err := e.Eval(r, bind); err != nil || (truth == expr.True) != got[r.values[0].Int()] {
				t.Errorf("%s: record %v: %s, %v", c.src, r.values[0], truth, err)
			}
		}
	}
	e, err := expr.Compile("id == 1 && score > 3", expr.Env{Collection: w.s.Collection("posts")})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.scope(nil).CheckFilter(e); err == nil || err.Error() != "1:12: The field score cannot be read." {
		t.Errorf("a masked field: %v", err)
	}
	if err := w.scope(w.user(2, nil)).CheckFilter(e); err != nil {
		t.Errorf("a readable field: %v", err)
	}
	crowd := w.user(1, nil)
	crowd.Record = many{crowd.Record}
	large, err := expr.Compile("user.posts.exists(p, p.title == title)", expr.Env{Collection: w.s.Collection("posts"), Users: w.s.Users()})
	if err != nil {
		t.Fatal(err)
	}
	want := "1:1: This expression is too large: it has more than 1000 related records of the user: posts."
	if err := w.scope(crowd).WithPolicy(schema.PolicyAllowAny).CheckFilter(large); err == nil || err.Error() != want {
		t.Errorf("a large expression: %v", err)
	}
}

// many is a user with very many posts.
type many struct{ expr.Record }

func (m many) Many(s schema.Step) ([]expr.Record, error) {
	one, err := m.Record.Many(s)
	return slices.Repeat(one, 1000), err
}

func TestExplain(t *testing.T) {
	w := newWorld(t)
	posts := w.s.Collection("posts")
	draft := w.rows[posts][2] // by user 2
	for _, c := range []struct {
		user   *User
		action schema.Action
		want   string
	}{
		{nil, schema.View, "denied: no role of anonymous users grants view on posts"},
		{w.user(1, nil), schema.View, "denied: rule `view` of posts, clause `state == 'public'`: \"draft\" is not \"public\"; clause `author == user.id`: 2 is not 1"},
		{w.user(2, nil), schema.View, "allowed: role signed_in grants view on posts; rule `view` of posts, clause `author == user.id`: 2 is 2"},
		{w.user(1, nil), schema.Add, "denied: role signed_in, clause `author == user.id`: 2 is not 1"},
		{w.user(1, roles("editors")), schema.Change, "allowed: role editors, clause `state == 'draft'`: \"draft\" is \"draft\""},
		{w.user(1, permissions("posts.change")), schema.Change, "allowed: u1 has the permission posts.change"},
		{w.user(1, superuser), schema.Delete, "allowed: superusers may do everything"},
	} {
		if got := w.scope(c.user).Explain(posts, c.action, draft).String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.action, got, c.want)
		}
	}
	got := w.scope(nil).WithPolicy(schema.PolicyAdmin).Explain(posts, schema.View, draft).String()
	if want := "denied: the permission policy is_admin of posts refuses view to anonymous users"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestCacheInputs(t *testing.T) {
	w := newWorld(t)
	var names []string
	for _, in := range w.scope(w.user(1, nil)).CacheInputs(w.s.Collection("posts")) {
		v, err := in.Value(&expr.Bindings{User: w.user(2, nil).Record})
		names = append(names, fmt.Sprint(in.Name, " ", v.Int(), " ", err))
	}
	if d := cmp.Diff([]string{"id 2 <nil>", "is_staff 1 <nil>"}, names); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if now, request := w.scope(nil).CacheLimits(w.s.Collection("posts")); now || request {
		t.Error("posts are read whatever the time and request")
	}
	if now, request := w.scope(nil).CacheLimits(w.s.Collection("logs")); !now || !request {
		t.Error("logs are read by time and request")
	}
}

// TestProblems: every expression of a schema is compiled, and a mistake has its path.
func TestProblems(t *testing.T) {
	s := mustSchema(t, `{"collections": {"a": {
	  "fields": {"n": {"type": "integer", "check": {"expr": "n > x1"}, "rules": {"read": "x2", "write": "x3"}}, "user": {"type": "integer", "null": true}},
	  "rules": {"view": "x4 == 1 || x5 == 2", "add": "user == 3"}, "checks": [{"expr": "x6", "message": "no"}]}},
	"resources": {"a": {"collection": "a", "fields": ["id", "n"], "filter": "x7", "filters": {"f": {"type": "boolean", "expr": "x8 == value"}},
	  "checks": [{"expr": "x9", "message": "no"}]}},
	"roles": {"r": {"a": {"view": "x10"}, "*": {"add": "x11"}}}}`)
	_, problems := Compile(s)
	got := map[string]int{}
	for _, p := range problems {
		got[p.Path]++
	}
	want := map[string]int{"collections.a.fields.n.check": 1, "collections.a.fields.n.rules.read": 1, "collections.a.fields.n.rules.write": 1,
		"collections.a.rules.view": 2, "collections.a.checks[0].expr": 1, "resources.a.filter": 1, "resources.a.filters.f.expr": 1,
		"resources.a.checks[0].expr": 1, "roles.r.a.view": 1, "roles.r.*.add": 2}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s\n%v", d, problems)
	}
}

func TestWarnings(t *testing.T) {
	s := mustSchema(t, `{"collections": {"a": {"fields": {"user": {"type": "integer", "null": true}}, "rules": {"add": "user == 3", "view": "this.user == 3"}}}}`)
	p, problems := Compile(s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := schema.Problems{{Path: "collections.a.rules.add", Message: "1:1: user is the variable here, not the field of a.", Suggestion: "Write this.user for the field."}}
	if d := cmp.Diff(want, p.Warnings()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestHasRole(t *testing.T) {
	w := newWorld(t)
	s, anon := w.scope(w.user(1, roles("editors"))), w.scope(nil)
	got := []bool{s.HasRole(Anyone), s.HasRole(SignedIn), s.HasRole("editors"), s.HasRole("owners"), anon.HasRole(Anyone), anon.HasRole(SignedIn), anon.HasRole("editors")}
	if d := cmp.Diff([]bool{true, true, true, false, true, false, false}, got); d != "" {
		t.Error(d)
	}
	if v := s.User().Key; v != value.Int(1) || anon.User() != nil {
		t.Error("the user of a scope")
	}
}
