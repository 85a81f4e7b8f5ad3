package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const small = `{
  "collections": {
    "blog_posts": {"fields": {
      "title": {"type": "char"},
      "author_name": {"type": "char", "null": true},
      "url_of_it": {"type": "url", "label": "URL of it"},
      "category": {"type": "foreign_key", "to": "categories"},
      "cover": {"type": "one_to_one", "to": "covers", "null": true},
      "labels": {"type": "many_to_many", "to": "labels"},
      "friends": {"type": "many_to_many", "to": "self"}
    }},
    "categories": {},
    "covers": {"resource": false},
    "labels": {"fields": {"key": {"type": "uuid", "primary_key": true}, "name": {"type": "char", "column": "label"}}}
  }
}`

func describeField(f *schema.Field) string {
	s := fmt.Sprintf("%s|%s|%s|%s|%d|%s", f.Name, f.Column, f.Label, f.VerboseName, f.Position, f.Type.Kind)
	for _, flag := range []struct {
		name string
		on   bool
	}{{"primary", f.Primary}, {"auto", f.Auto}, {"null", f.Null}, {"blank", f.Blank}, {"unique", f.Unique}, {"index", f.Index}, {"readonly", !f.Editable}} {
		if flag.on {
			s += "|" + flag.name
		}
	}
	if f.To != nil {
		s += fmt.Sprintf("|to %s %s way back %q", f.To.Name, f.OnDelete, f.RelatedName)
	}
	if f.Through != nil {
		s += fmt.Sprintf("|%s(%s, %s)", f.Through.Table, f.Through.FromColumn, f.Through.ToColumn)
	}
	return s
}

func TestDefaults(t *testing.T) {
	s := parse(t, small)
	var got []string
	for _, c := range s.Collections {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", c.Name, c.Model, c.Table, c.Label, c.LabelPlural, c.VerboseName, c.ObjectName))
		if c.System {
			continue
		}
		for _, f := range c.Fields {
			got = append(got, "  "+describeField(f))
		}
	}
	want := []string{
		"users|auth.user|users|User|Users|user|User",
		"blog_posts|app.blogpost|blog_posts|Blog post|Blog posts|blog post|BlogPost",
		"  id|id|ID|ID|0|big_integer|primary|auto|blank|unique|readonly",
		"  title|title|Title|title|1|char",
		"  author_name|author_name|Author name|author name|2|char|null|blank",
		"  url_of_it|url_of_it|URL of it|URL of it|3|url",
		`  category|category_id|Category|category|4|big_integer|index|to categories protect way back "blog_posts"`,
		`  cover|cover_id|Cover|cover|5|big_integer|null|blank|unique|to covers set_null way back "blog_post"`,
		`  labels||Labels|labels|-1|uuid|to labels  way back "blog_posts"|blog_posts_labels(blogpost_id, label_id)`,
		`  friends||Friends|friends|-1|big_integer|to blog_posts  way back ""|blog_posts_friends(from_blogpost_id, to_blogpost_id)`,
		"categories|app.category|categories|Category|Categories|category|Category",
		"  id|id|ID|ID|0|big_integer|primary|auto|blank|unique|readonly",
		"covers|app.cover|covers|Cover|Covers|cover|Cover",
		"  id|id|ID|ID|0|big_integer|primary|auto|blank|unique|readonly",
		"labels|app.label|labels|Label|Labels|label|Label",
		"  key|key|Key|key|0|uuid|primary|auto|blank|unique|readonly",
		"  name|label|Name|name|1|char",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resolved (-want +got):\n%s", diff)
	}
}

func describeSerializer(s *schema.Serializer) []string {
	as := []string{"plain", "key", "slug", "string", "link", "nested", "url", "aggregate"}
	var out []string
	for _, f := range s.Fields {
		line := f.Name + " " + as[f.As]
		for _, flag := range []struct {
			name string
			on   bool
		}{{"many", f.Many}, {"readonly", f.ReadOnly}, {"writeonly", f.WriteOnly}, {"implicit", f.Implicit}} {
			if flag.on {
				line += " " + flag.name
			}
		}
		if f.Target != "" {
			line += " → " + f.Target
		}
		out = append(out, line)
	}
	return out
}

func TestDefaultResources(t *testing.T) {
	s := parse(t, small)
	var names []string
	for _, r := range s.Resources {
		names = append(names, r.Name+" "+r.ViewName+" "+r.Component)
	}
	if diff := cmp.Diff([]string{"blog_posts Blog Post BlogPost", "categories Category Category", "labels Label Label"}, names); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	r := s.Resource("blog_posts")
	want := []string{"id plain readonly", "title plain", "author_name plain", "url_of_it plain", "category key", "cover key", "labels key many", "friends key many"}
	if diff := cmp.Diff(want, describeSerializer(r.Serializer)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	var params, orderings []string
	for _, f := range r.Filters {
		params = append(params, f.Params()...)
	}
	for _, o := range r.OrderingFields {
		orderings = append(orderings, o.Name)
	}
	wantParams := "id id__in title title__icontains author_name author_name__icontains author_name__isnull url_of_it url_of_it__icontains " +
		"category category__in cover cover__in cover__isnull labels friends"
	if diff := cmp.Diff(wantParams, strings.Join(params, " ")); diff != "" {
		t.Errorf("filters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("id title author_name url_of_it category cover", strings.Join(orderings, " ")); diff != "" {
		t.Errorf("orderings (-want +got):\n%s", diff)
	}
	if got := r.Pagination; got.Style != schema.PageNumber || got.PageSize != 25 || got.MaxSize != 200 {
		t.Errorf("pagination: %+v", got)
	}
	if r.Permission != schema.PolicyRoles || r.Lookup.Name != "id" || !r.Backends.Filter || len(r.Search) != 3 {
		t.Errorf("resource: %+v", r)
	}
}

func TestHyperlinked(t *testing.T) {
	s := parse(t, strings.Replace(small, `"collections"`, `"resources": {
		"posts": {"collection": "blog_posts", "hyperlinked": true},
		"all-posts": {"collection": "blog_posts", "hyperlinked": true, "fields": ["url", "category", {"name": "cover", "as": "primary_key"}, {"name": "labels", "as": "string"},
			{"name": "category_id", "source": "category.id"}, {"name": "kind", "source": "category", "as": "primary_key", "write_only": true}]},
		"covers": {}
	}, "collections"`, 1))
	got := describeSerializer(s.Resource("posts").Serializer)
	want := []string{"url url readonly → posts", "id plain readonly", "title plain", "author_name plain", "url_of_it plain", "category link → categories",
		"cover link → covers", "labels link many → labels", "friends link many → posts"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	got = describeSerializer(s.Resource("all-posts").Serializer)
	want = []string{"url url readonly → all-posts", "category link → categories", "cover key", "labels string many readonly", "category_id plain readonly implicit", "kind key writeonly"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("all-posts (-want +got):\n%s", diff)
	}
	if s.Resource("all-posts").Component != "AllPosts" || s.Resource("posts").Component != "BlogPost" {
		t.Error("components:", s.Resource("all-posts").Component, s.Resource("posts").Component)
	}
}

func TestEverythingResolved(t *testing.T) {
	s := parse(t, string(everything(t)))
	c := s.Collection("things")
	if c.Key.Name != "key" || c.Columns[0] != c.Key || c.Model != "stock.thing" || c.ObjectName != "Thing" || c.Display.Name != "name" {
		t.Errorf("things: key %s, model %s, object %s", c.Key.Name, c.Model, c.ObjectName)
	}
	for i, f := range c.Columns {
		if f.Position != i {
			t.Errorf("%s has position %d, not %d", f.Name, f.Position, i)
		}
	}
	defaults := map[string]value.Value{
		"name": value.Text("Thing"), "small": value.Int(-1), "whole": value.Int(1), "weight": value.Float(0.5), "price": value.Int(950),
		"active": value.Int(1), "day": value.Text("2024-02-29"), "moment": value.Text("2024-02-29 12:00:00"), "span": value.Int(86400e6),
		"extra": value.Text(`{"a":[1,null]}`), "group": value.Int(1),
	}
	for name, want := range defaults {
		if f := c.Field(name); !f.HasDefault || value.Compare(f.Default, want) != 0 {
			t.Errorf("default of %s: %v, want %v", name, f.Default, want)
		}
	}
	if f := c.Field("price"); f.Max == nil || f.Max.Int() != 99999999 || f.Min.Int() != 0 {
		t.Errorf("bounds of price: %v %v", f.Min, f.Max)
	}
	places := c.Field("places").Through
	if places.Collection == nil || places.Collection.Name != "stays" || places.FromColumn != "thing_id" || places.ToColumn != "place_id" {
		t.Errorf("through: %+v", places)
	}
	if s.Collection("users").Field("nickname").ID != "f_nick01" || s.Users().Rules[schema.View] == "" {
		t.Error("users are not extended")
	}
	if g := s.Role("members").Grants["things"]; !g[schema.Add].All || g[schema.Change].Rule != "owner == user.id" || g[schema.Delete].All || s.Role("members").Label != "Members" {
		t.Errorf("grants: %+v", g)
	}
	if len(s.Roles) != 3 || s.Roles[0].Name != "signed_in" {
		t.Errorf("roles: %v", s.Roles)
	}
	old := s.Resource("old-things")
	if old.Serializer != s.Resource("things").Serializer || old.Pagination.Style != schema.NoPages || !old.ReadOnly {
		t.Errorf("old-things: %+v", old)
	}
	if a := s.Settings.Accounts; !a.Registration || a.Access != 600 || a.EmailVerification != "mandatory" || len(a.LoginBy) != 2 {
		t.Errorf("accounts: %+v", a)
	}
	if s.Settings.AppendSlash || s.Settings.ListErrorsAsDict || !s.Settings.ErrorCodes {
		t.Errorf("settings: %+v", s.Settings)
	}
}

func TestNullImpliesBlank(t *testing.T) {
	c := parse(t, string(everything(t))).Collection("things")
	for name, want := range map[string]bool{"uuid": true, "email": false, "text": true, "whole": false, "created": true} {
		if got := c.Field(name).Blank; got != want {
			t.Errorf("%s: blank is %v", name, got)
		}
	}
}

func TestWalk(t *testing.T) {
	s := parse(t, string(everything(t)))
	tests := []struct{ from, path, want string }{
		{"stays", "thing.owner.username", "thing owner username"},
		{"stays", "thing__groups__name", "thing groups name"},
		{"users", "things.pk", "<things key"},
		{"users", "things.nam", `things has no field "nam". Did you mean "name"?`},
		{"users", "username.x", `"username" is not a relation, so there is no "x" behind it.`},
	}
	for _, tt := range tests {
		steps, err := s.Collection(tt.from).Walk(tt.path)
		var parts []string
		for _, step := range steps {
			if step.Reverse != nil {
				parts = append(parts, "<"+step.Reverse.Name)
			} else {
				parts = append(parts, step.Field.Name)
			}
		}
		got := strings.Join(parts, " ")
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s from %s: %s, want %s", tt.path, tt.from, got, tt.want)
		}
	}
}

func TestLimits(t *testing.T) {
	var many strings.Builder
	for i := range schema.MaxCollections + 1 {
		fmt.Fprintf(&many, `"c%d": {},`, i)
	}
	_, problems := schema.Parse([]byte(`{"collections": {` + strings.TrimSuffix(many.String(), ",") + `}}`))
	if len(problems) != 1 || problems[0].Message != "There are 501 collections; at most 500 are allowed." {
		t.Error(problems)
	}
	many.Reset()
	for i := range schema.MaxFields + 1 {
		fmt.Fprintf(&many, `"f%d": {"type": "char"},`, i)
	}
	_, problems = schema.Parse([]byte(`{"collections": {"a": {"fields": {` + strings.TrimSuffix(many.String(), ",") + `}}}}`))
	if len(problems) != 1 || problems[0].Message != "There are 201 fields; at most 200 are allowed." {
		t.Error(problems)
	}
	_, problems = schema.Parse([]byte(`{` + strings.Repeat(`"a": 1, `, 5000) + `"b": 1}`))
	if len(problems) != 1000 {
		t.Errorf("%d problems are kept", len(problems))
	}
}

// Serializers that share each other cannot grow without bound.
func TestWeight(t *testing.T) {
	var collections, resources []string
	for i := range 14 {
		collections = append(collections, fmt.Sprintf(`"c%d": {"fields": {"a": {"type": "foreign_key", "to": "c%d", "related_name": "+"}, "b": {"type": "foreign_key", "to": "c%[2]d", "related_name": "+"}}}`, i, i+1))
		resources = append(resources, fmt.Sprintf(`"c%d": {"fields": ["id", {"name": "a", "nested": "c%d"}, {"name": "b", "nested": "c%[2]d"}]}`, i, i+1))
	}
	doc := `{"collections": {` + strings.Join(collections, ",") + `, "c14": {}}, "resources": {` + strings.Join(resources, ",") + `, "c14": {}}}`
	_, problems := schema.Parse([]byte(doc))
	if len(problems) != 6 || problems[0].Path != "resources.c0" || problems[0].Message != "Serializers are nested 14 levels deep; at most 8 are allowed." {
		t.Error(problems)
	}
}
