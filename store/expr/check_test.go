package expr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

func testEnv(t testing.TB) Env {
	s := mustSchema(t, worldDocument)
	return Env{Collection: s.Collection("items"), Users: s.Users(), Vars: map[string]value.Type{"value": {Kind: value.Boolean}}}
}

func TestTypeErrors(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct{ src, want string }{
		{"titel == 'x'", "1:1: items has no field titel. Did you mean \"title\"?"},
		{"owner.nme == 'x'", "1:7: users has no field nme."},
		{"owner.user_name == 'x'", "1:7: users has no field user_name. Did you mean \"username\"?"},
		{"owner.password == 'x'", "1:1: password is secret and cannot be read."},
		{"title == 1", "1:1: title is a text and 1 is a number: they cannot be compared."},
		{"n == '1'", "1:6: n is a whole number and cannot be compared with a text. Write 1 without quotes."},
		{"flag == 'true'", "1:9: flag is a boolean and cannot be compared with a text. Write true without quotes."},
		{"state == 'publishd'", "1:10: \"publishd\" is not a choice of state. Did you mean \"published\"?"},
		{"state in ['draft', 'x']", "1:20: \"x\" is not a choice of state. Choices are draft, published, gone."},
		{"kind == 9", "1:9: 9 is not a choice of kind. Choices are 1, 2, 3."},
		{"price == score", "1:1: price is a decimal with 2 places and score is a float: they cannot be compared. A decimal and a float cannot be compared exactly."},
		{"price + score > 1", "1:1: A decimal and a float cannot be added exactly."},
		{"wide + 1 > 1", "1:1: Decimals of more than 18 digits cannot be added."},
		{"at > 'yesterday'", "1:6: \"yesterday\" is not a datetime. Write it as \"2024-05-01T09:30:00Z\"."},
		{"day > '2024-13-01'", "1:7: \"2024-13-01\" is not a date. Write it as \"2024-05-01\"."},
		{"ref == 'x'", "1:8: \"x\" is not a uuid. Write it as \"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"."},
		{"ip < '10.0.0.1'", "1:1: ip is an IP address and \"10.0.0.1\" is a text: they cannot be compared. IP addresses have no order."},
		{"tags == 3", "1:1: tags is a list of tags, which cannot be compared. Use tags.exists(t, …) or size(tags)."},
		{"tags == null", "1:1: tags is a list of tags, which is never null. Use has(tags)."},
		{"tags.label == 'x'", "1:1: tags is a list of tags: its members have label, not the list. Write tags.exists(t, t.label == …)."},
		{"'x' in tags", "1:1: in is for lists of values. Use tags.exists(t, t == …)."},
		{"n in [1, null]", "1:10: A list cannot contain null. Use == null beside in."},
		{"null in [1]", "1:1: Null is in no list. Use == null."},
		{"n < null", "1:1: Null has no order. Use == null or != null."},
		{"owner == card", "1:1: owner is a record of users and card is a record of cards: they cannot be compared."},
		{"card == owner", "1:1: card is a record of cards and owner is a record of users: they cannot be compared. Did you mean card.holder?"},
		{"title", "1:1: title is a text, not a condition. Use has(title) to ask whether there is a value, or compare it."},
		{"owner && flag", "1:1: owner is a record of users, not a condition. Use has(owner) to ask whether there is a value, or compare it."},
		{"1", "1:1: 1 is a number, not a condition."},
		{"null", "1:1: null is null, not a condition."},
		{"n.contains('1')", "1:1: contains() is for texts; n is a whole number."},
		{"data.contains('a')", "1:1: contains() is for texts; data is JSON. Use … in data."},
		{"title.contain('a')", "1:7: There is no method contain. Did you mean \"contains\"?"},
		{"hass(title)", "1:1: There is no function hass. Did you mean \"has\"?"},
		{"title.matches('[a')", "1:15: This pattern is wrong: missing closing ]: `[a`."},
		{"title.matches(body)", "1:15: matches() takes a pattern in quotes."},
		{"at > now + 1", "1:12: Only durations are added to now. Write duration(\"24h\")."},
		{"at > at + duration('1h')", "1:6: Only numbers are added, and durations to now. Write now - duration(\"24h\")."},
		{"at > now - duration('soon')", "1:21: \"soon\" is not a duration. Write it as \"1h30m\", \"7d\" or \"90s\"."},
		{"tags.exists(user, true)", "1:13: user has a meaning already: choose another name."},
		{"tags.exists(t)", "1:1: exists() takes a name and a condition. Write tags.exists(t, condition on t)."},
		{"title.exists(t, true)", "1:1: exists() is for to-many relations; title is a text."},
		{"request == 1", "1:1: Use request.method or request.ip."},
		{"request.metod == 'GET'", "1:9: request has no field metod. Did you mean \"method\"?"},
		{"data == 'x'", "1:9: data is JSON and cannot be compared with a text. JSON is asked by has(), == null and in."},
		{"n > 1e999", "1:5: 1e999 is too large or too small a number."},
		{"titel == 1 && bdy == 2", "1:1: items has no field titel. Did you mean \"title\"?\n1:15: items has no field bdy. Did you mean \"body\"?"},
		{"flag < true", "1:1: Conditions have no order: compare them by == or !=."},
		{"title.matches('(a{300}){3}')", "1:15: This pattern is not supported: it has no equal on PostgreSQL: a repetition of more than 255."},
		{"at == day", "1:1: at is a datetime and day is a date: they cannot be compared."},
		{"n == title", "1:1: n is a whole number and title is a text: they cannot be compared."},
		{"flag == n", "1:1: flag is a boolean and n is a whole number: they cannot be compared."},
		{"span > n", "1:1: span is a duration and n is a whole number: they cannot be compared."},
		{"ip < request.ip", "1:1: ip is an IP address and request.ip is an IP address: they cannot be compared. IP addresses have no order."},
		{"data == data", "1:1: data is JSON and data is JSON: they cannot be compared. JSON is asked by has(), == null and in."},
		{"clock < now", "1:1: clock is a time and now is a datetime: they cannot be compared."},
		{"(n + 1).x == 1", "1:2: n + 1 is a whole number and has no field x."},
		{"title.x == 1", "1:1: title is a text and has no field x."},
		{"n + title > 1", "1:5: title is a text: only numbers are added, and durations to now."},
		{"owner + 1 > 1", "1:1: owner is a record of users: only numbers are added, and durations to now."},
		{"title.lower(1) == 'x'", "1:1: lower() takes no argument."},
		{"title.contains()", "1:1: contains() takes one argument."},
		{"title.contains(n)", "1:16: contains() takes a text, not a whole number."},
		{"size(n) > 1", "1:1: size() takes a text or a to-many relation, not a whole number."},
		{"size() > 1", "1:1: size takes one argument."},
		{"duration(n) > span", "1:10: duration() takes a text in quotes."},
		{"n in title", "1:6: title is a text, not a list."},
		{"1.5 in data", "1:1: 1.5 is a number and data is JSON: they cannot be compared. JSON lists are searched for texts, whole numbers and booleans."},
		{"n + 1e-19 > 1", "1:1: A sum has at most 18 places."},
		{"now > now - duration('9000000d')", "1:13: This duration is longer than all time."},
		{strings.Repeat("has(tags) && ", 30) + "has(tags)", "1:391: An expression has at most 30 to-many relations."},
		{"has(1)", "1:5: has() takes a field or a relation, not a number."},
		{"this", "1:1: this is a record of items, not a condition. Use has(this) to ask whether there is a value, or compare it."},
	} {
		_, err := Compile(c.src, env)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.src, err, c.want)
		}
	}
	if _, err := Compile("title == 'x'", Env{}); err == nil || err.Error() != "1:1: There is nothing named title." {
		t.Errorf("without a collection: %v", err)
	}
}

// TestSQL pins the texts: they are parameterised, decided where the user part decides, and alike for both engines.
func TestSQL(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct {
		src, sqlite, postgres string // postgres "": the same
		args                  []string
		joins                 int
	}{
		{src: "title == 'x'", sqlite: `t1."title" = $1`, args: []string{"x"}},
		{src: "state == 'draft' || owner == user.id", sqlite: `t1."state" = $1`, args: []string{"draft"}},
		{src: "user.is_staff && n == 1", sqlite: "FALSE"},
		{src: "!user.is_staff && n == 1", sqlite: "FALSE"},
		{src: "!user.is_authenticated && n == 1", sqlite: `t1."n" = $1`, args: []string{"1"}},
		{src: "owner.username == 'x' && owner.email == 'y'", sqlite: `(t2."username" = $1 AND t2."email" = $2)`, args: []string{"x", "y"}, joins: 1},
		{src: "owner.id == 3", sqlite: `t1."owner_id" = $1`, args: []string{"3"}},
		{src: "price > 1.005", sqlite: `t1."price" > $1`, args: []string{"1.00"}},
		{src: "price == 1.005 || n == 1", sqlite: `t1."n" = $1`, args: []string{"1"}},
		{src: "price == rate",
			sqlite:   `(CASE WHEN t1."price" IS NULL OR t1."rate" % 10000 <> 0 THEN t1."price" <> t1."price" OR t1."rate" / 10000 <> t1."rate" / 10000 ELSE t1."price" = t1."rate" / 10000 END)`,
			postgres: `(t1."price" = t1."rate")`},
		{src: "n + 1 > big", sqlite: `CASE WHEN typeof(0 + t1."n" + $1) = 'integer' THEN 0 + t1."n" + $1 END > t1."big"`,
			postgres: `CASE WHEN 0 + CAST(t1."n" AS numeric) + CAST($1 AS numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN 0 + CAST(t1."n" AS numeric) + CAST($1 AS numeric) END > t1."big"`,
			args:     []string{"1"}},
		{src: "title.lower().contains('É')", sqlite: `(instr(couplet_fold(t1."title"), $1) > 0)`,
			postgres: `(strpos(lower(t1."title" COLLATE couplet_fold), $1) > 0)`, args: []string{"É"}},
		{src: "title.matches('^a.c')", sqlite: `couplet_regexp($1, t1."title")`, args: []string{"^a.c"}},
		{src: "n in [1, 2, 2.5]", sqlite: `t1."n" IN ($1, $2)`, args: []string{"1", "2"}},
		{src: "n in []", sqlite: "FALSE"},
		{src: "tags.exists(t, t.label == 'x')",
			sqlite: `EXISTS (SELECT 1 FROM "items_tags" AS t3 CROSS JOIN "tags" AS t2 WHERE t2."id" = t3."tag_id" AND t3."item_id" = t1."id" AND t2."label" = $1)`, args: []string{"x"}},
		{src: "size(children) > 2", sqlite: `(SELECT count(*) FROM "items" AS t2 WHERE t2."parent_id" = t1."id") > $1`, args: []string{"2"}},
		{src: "at > now - duration('1h')", sqlite: `t1."at" > $1`, args: []string{"2024-05-01T11:00:00Z"}},
		{src: "day == now", sqlite: `t1."day" = $1`, args: []string{"2024-05-01"}},
		{src: "has(body)", sqlite: `COALESCE(t1."body" <> '', FALSE)`},
		{src: "has(body) == value", sqlite: "FALSE"},
		{src: "ref == '6BA7B810-9DAD-11D1-80B4-00C04FD430C8'", sqlite: `t1."ref" = $1`, args: []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}},
		{src: "at == '2024-05-01T14:00:00+02:00'", sqlite: `t1."at" = $1`, args: []string{"2024-05-01T12:00:00Z"}},
	} {
		e, err := Compile(c.src, env)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		for _, d := range []sqlb.Dialect{sqlb.SQLite, sqlb.PostgreSQL} {
			b := sqlb.New(d)
			from := sqlb.NewFrom(b)
			if err := e.WriteTrue(b, from, &Bindings{Now: fixedNow}); err != nil {
				t.Errorf("%s: %v", c.src, err)
			}
			want := c.sqlite
			if d == sqlb.PostgreSQL && c.postgres != "" {
				want = c.postgres
			}
			if got := b.String(); got != want && !(d == sqlb.PostgreSQL && c.src == "title.matches('^a.c')") {
				t.Errorf("%s on %s:\n got %s\nwant %s", c.src, d, got, want)
			}
			var args []string
			for _, a := range b.Args() {
				args = append(args, a.Type.String(a.Value))
			}
			if diff := cmp.Diff(c.args, args); diff != "" && d == sqlb.SQLite {
				t.Errorf("%s: arguments (-want +got)\n%s", c.src, diff)
			}
			if from.Joins() != c.joins {
				t.Errorf("%s: %d joins, want %d", c.src, from.Joins(), c.joins)
			}
		}
	}
}

func TestUses(t *testing.T) {
	e, err := Compile(`owner.card.number > 1 && tags.exists(t, t.box.label == user.email && t.box.keeper == user.card.holder) &&
		at < now && request.method == "GET" && user.is_authenticated && "x" in user.roles && user.items.exists(i, i.title == title)`, testEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	var paths, fields, inputs []string
	for _, p := range e.Paths() {
		s := ""
		for _, step := range p {
			s += "." + stepName(step)
		}
		paths = append(paths, s[1:])
	}
	for _, f := range e.Fields() {
		fields = append(fields, f.Collection.Name+"."+f.Name)
	}
	for _, in := range e.UserInputs() {
		inputs = append(inputs, in.Name)
	}
	got := map[string][]string{"paths": paths, "fields": fields, "user": inputs}
	want := map[string][]string{
		"paths":  {"owner.card.number", "tags", "tags.box.label", "tags.box.keeper", "at", "title"},
		"fields": {"items.owner", "cards.holder", "cards.number", "items.tags", "tags.box", "boxes.label", "boxes.keeper", "items.at", "items.title"},
		"user":   {"email", "card.holder", "is_authenticated", "roles", "items", "items.title"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if !e.UsesNow() || !e.UsesRequest() {
		t.Error("reads now and request")
	}
}

func TestWarnings(t *testing.T) {
	s := mustSchema(t, `{"collections": {"a": {"fields": {"user": {"type": "foreign_key", "to": "users", "on_delete": "cascade"}, "now": {"type": "char", "max_length": 3}}}}}`)
	e, err := Compile("this.user == user.id && user == 1", Env{Collection: s.Collection("a"), Users: s.Users()})
	if err != nil {
		t.Fatal(err)
	}
	want := "1:14: user is the variable here, not the field of a. Write this.user for the field.\n1:25: user is the variable here, not the field of a. Write this.user for the field."
	if got := e.Warnings().Error(); got != want {
		t.Errorf("got %s", got)
	}
}
