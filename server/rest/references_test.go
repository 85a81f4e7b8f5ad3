package rest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/value"
)

// TestOddReferences holds what DRF answers to references of every wrong kind, and to input of wrong shapes.
func TestOddReferences(t *testing.T) {
	s := magazine(t)
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/", Known: func(path string) bool {
		return path == "/api/token/" || strings.HasSuffix(path, "/publish/")
	}}
	const event = `{"title":"Title","code":"ABC-1234","venue":"v","starts_on":"2030-01-01","articles":["/api/articles/1/"],`
	const article = `{"title":"t","slug":"s-1","body":"b",`
	tests := []struct{ resource, body, want string }{
		{"events", event + `"tags":["django","rest"]}`, ""},
		{"events", event + `"tags":[5]}`, `{"tags":["Object with slug=5 does not exist."]}`},
		{"events", event + `"tags":[[5]]}`, `{"tags":["Object with slug=[5] does not exist."]}`},
		{"events", event + `"tags":[null]}`, `{"tags":["Object with slug=None does not exist."]}`},
		{"events", event + `"tags":[{"a":1}]}`, `{"tags":["Object with slug={'a': 1} does not exist."]}`},
		{"events", event + `"tags":["a\u0000b"]}`, `{"tags":["Object with slug=a\u0000b does not exist."]}`},
		{"events", event + `"tags":["\ud800"]}`, `{"tags":["Invalid value."]}`},
		{"events", event + `"tags":"x"}`, `{"tags":["Expected a list of items but got type \"str\"."]}`},
		{"events", event + `"host":""}`, ""},
		{"events", event + `"host":"x"}`, `{"host":["Invalid hyperlink - No URL match."]}`},
		{"events", event + `"host":[1]}`, `{"host":["Incorrect type. Expected URL string, received list."]}`},
		{"events", event + `"articles":{}}`, `{"articles":["This list may not be empty."]}`},
		{"events", event + `"articles":["/api/articles/1.json"]}`, ""},
		{"events", event + `"articles":["/api/articles/%31/"]}`, ""},
		{"events", event + `"articles":["http://h/api/articles/1/?x"]}`, ""},
		{"events", event + `"articles":["http://h/api/articles/1/;p"]}`, ""},
		{"events", event + `"articles":["/api/articles/ 1/"]}`, ""},
		{"events", event + `"articles":["/api/articles/1"]}`, `{"articles":["Invalid hyperlink - No URL match."]}`},
		{"events", event + `"articles":["/api/articles/1/?x=1"]}`, `{"articles":["Invalid hyperlink - No URL match."]}`},
		{"events", event + `"articles":["//api/articles/1/"]}`, `{"articles":["Invalid hyperlink - No URL match."]}`},
		{"events", event + `"articles":["/api/"]}`, `{"articles":["Invalid hyperlink - Incorrect URL match."]}`},
		{"events", event + `"articles":["/api/articles.json"]}`, `{"articles":["Invalid hyperlink - Incorrect URL match."]}`},
		{"events", event + `"articles":["/api/feed/2/"]}`, `{"articles":["Invalid hyperlink - Incorrect URL match."]}`},
		{"events", event + `"articles":["/api/articles/1/publish/"]}`, `{"articles":["Invalid hyperlink - Incorrect URL match."]}`},
		{"events", event + `"articles":["/api/articles/abc/"]}`, `{"articles":["Invalid hyperlink - Object does not exist."]}`},
		{"events", event + `"articles":["/api/articles/99999999999999999999/"]}`, `{"articles":["Invalid hyperlink - Object does not exist."]}`},
		{"articles", article + `"author":2.5}`, ""},
		{"articles", article + `"author":" 2"}`, ""},
		{"articles", article + `"author":"\u0662"}`, ""},
		{"articles", article + `"author":"1_0"}`, `{"author":["Invalid pk \"1_0\" - object does not exist."]}`},
		{"articles", article + `"author":1e300}`, `{"author":["Invalid pk \"1e+300\" - object does not exist."]}`},
		{"articles", article + `"author":{"a":1}}`, `{"author":["Incorrect type. Expected pk value, received dict."]}`},
		{"articles", article + `"author":true}`, `{"author":["Incorrect type. Expected pk value, received bool."]}`},
		{"articles-nested", article + `"author_id":1,"comments":[1,"x",null,[]]}`,
			`{"comments":{"0":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]},` +
				`"1":{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]},"2":["This field may not be null."],` +
				`"3":{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}}}`},
		{"articles-nested", article + `"author_id":1,"comments":""}`,
			`{"comments":{"non_field_errors":["Expected a list of items but got type \"str\"."]}}`},
		{"comments", `{"article":1,"author_name":" Yan ","body":"Comment 1: I disagree"}`,
			`{"non_field_errors":["The fields article, author_name, body must make a unique set."]}`},
		{"comments", `{"article":1,"author_name":"Yan","body":"zzz","parent":40}`,
			`{"non_field_errors":["Parent comment belongs to another article."]}`},
		{"tags", `null`, `{"non_field_errors":["No data provided"]}`},
		{"tags", `1.5`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got float."]}`},
	}
	for _, test := range tests {
		if got := bindText(t, s, links, test.resource, "", test.body); got != test.want {
			t.Errorf("%s %s\n got %s\nwant %s", test.resource, test.body, got, test.want)
		}
	}
}

// bindText binds a JSON body, as a partial update where lookup names a record, and returns the errors as JSON or "".
func bindText(t *testing.T, s *store.Store, links *rest.Links, resource, lookup, body string) string {
	t.Helper()
	_, out := bindInput(t, s, links, resource, lookup, body)
	return out
}

func bindInput(t *testing.T, s *store.Store, links *rest.Links, resource, lookup, body string) (in *store.Input, out string) {
	t.Helper()
	r := s.Schema().Resource(resource)
	ser, err := rest.CompileSerializer(r.Serializer, links)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Read(context.Background(), access.System(s.State().Policy), func(rd *store.Reader) error {
		opt := rest.BindOptions{Lookups: rest.NewLookups(rd), Partial: lookup != ""}
		if lookup != "" {
			key, err := r.Lookup.Type.Parse(lookup)
			if err != nil {
				return err
			}
			if opt.Instance, err = rd.Record(r.Collection, key); err != nil {
				return err
			}
		}
		node, err := rest.ParseJSON([]byte(body))
		if err != nil {
			return err
		}
		if in, err = ser.Bind(node, opt); err != nil {
			out = string(rest.FromError(err).AppendJSON(nil, rest.ErrorStyle{}))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return in, out
}

// TestExpand renders what a client selects and expands.
func TestExpand(t *testing.T) {
	s := magazine(t)
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/"}
	tests := []struct{ resource, key, fields, omit, expand, want string }{
		{"articles", "1", "id,title", "", "", `{"id":1,"title":"Getting started with Django"}`},
		{"articles", "1", "id,author", "", "author",
			`{"id":1,"author":{"id":1,"user":4,"username":"alice","bio":"Writes about databases.","email":"alice@blog.example",` +
				`"website":"https://alice.example.com/","birth_date":"1980-02-29","rating":"4.50","articles_count":7}}`},
		{"articles", "1", "id,author.id,author.username", "", "author", `{"id":1,"author":{"id":1,"username":"alice"}}`},
		{"articles", "1", "tags", "tags.name", "tags", `{"tags":[{"id":1,"slug":"django"},{"id":4,"slug":"rest"}]}`},
		{"articles", "1", "id,nope", "", "nope,id.x", `{"id":1}`},
		{"comments", "1", "id,article.title,article.author.username", "", "article.author",
			`{"id":1,"article":{"title":"Getting started with Django","author":{"username":"alice"}}}`},
		{"authors", "1", "id,user", "", "user", `{"id":1,"user":4}`}, // users have no resource to be shown by
		{"authors", "5", "id,articles.id", "", "articles", `{"id":5,"articles":[`},
	}
	for _, test := range tests {
		sel := rest.NewSelection(test.fields, test.omit, test.expand)
		got := render(t, s, links, s.Schema().Resource(test.resource), test.key, sel)
		if got != test.want && !(strings.HasSuffix(test.want, "[") && strings.HasPrefix(got, test.want)) {
			t.Errorf("%+v\n got %s\nwant %s", sel, got, test.want)
		}
	}
}

// TestOperations binds what PATCH has beyond DRF.
func TestOperations(t *testing.T) {
	s := magazine(t)
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/"}
	tests := []struct{ body, want string }{
		{`{"tags":{"add":[1],"remove":[2,3]}}`, ""},
		{`{"tags":{"add":[99]}}`, `{"tags":{"add":["Invalid pk \"99\" - object does not exist."]}}`},
		{`{"tags":{"add":1}}`, `{"tags":{"add":["Expected a list of items but got type \"int\"."]}}`},
		{`{"tags":{"put":[1]}}`, `{"tags":["Incorrect type. Expected pk value, received str."]}`},
		{`{"views":{"increment":5}}`, ""},
		{`{"views":{"increment":-38}}`, `{"views":["Ensure this value is greater than or equal to 0."]}`},
		{`{"views":{"increment":"x"}}`, `{"views":["A valid integer is required."]}`},
		{`{"views":{"increment":9223372036854775807}}`, `{"views":["Ensure this value is less than or equal to 9223372036854775807."]}`},
		{`{"price":{"increment":"0.50"}}`, ""},
		{`{"title":{"increment":1}}`, `{"title":["Not a valid string."]}`},
	}
	for _, test := range tests {
		if got := bindText(t, s, links, "articles", "1", test.body); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.body, got, test.want)
		}
	}
	in, _ := bindInput(t, s, links, "articles", "1", `{"tags":{"add":[1],"remove":[2,3]},"views":{"increment":5}}`)
	c := s.Schema().Collection("articles")
	tags, views := c.Field("tags"), c.Field("views")
	if len(in.AddKeys[tags]) != 1 || len(in.RemoveKeys[tags]) != 2 || in.Increment[views] != value.Int(5) {
		t.Errorf("add %v remove %v increment %v", in.AddKeys, in.RemoveKeys, in.Increment)
	}
}
