package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// The sample goes into an empty project, with the people who are there already left alone.
func TestLoadSample(t *testing.T) {
	for name, document := range map[string]string{"no document": "", "settings and people": `{"settings":{"title":"Mine"},
		"collections":{"users":{"fields":{"phone":{"type":"char","max_length":20,"blank":true}}}},
		"roles":{"signed_in":{"users":{"view":"id == user.id"}}}}`} {
		t.Run(name, func(t *testing.T) {
			p := startProject(t, document)
			root, _ := p.user(auth.NewUser{Username: "alice", Superuser: true})
			bo, _ := p.user(auth.NewUser{Username: "bo"})
			contains(t, p.visitor().want("GET", "/api/_/setup/", "", 200, ""), `"sample":false`)
			contains(t, bo.want("GET", "/api/_/setup/", "", 200, ""), `"sample":false`)
			contains(t, root.want("GET", "/api/_/setup/", "", 200, ""), `"sample":true`)
			bo.want("POST", "/api/_/setup/sample/", `{}`, 403, "")
			root.want("POST", "/api/_/setup/sample/", `{"x":1}`, 400, "")
			contains(t, root.want("POST", "/api/_/setup/sample/", `{}`, 200, ""), `{"collections":["authors","tags","articles","comments","events"],"records":116,"hash":"`)
			contains(t, root.want("GET", "/api/_/setup/", "", 200, ""), `"sample":false`)
			root.want("POST", "/api/_/setup/sample/", `{}`, 409, `{"detail":"This project has collections of its own already. The sample goes into an empty one."}`)
			// Records, media and the public resources are there at once.
			root.want("GET", "/api/_/records/articles/count/", "", 200, `{"count":32,"exact":true}`)
			root.want("GET", "/api/tags/?format=json", "", 200, "")
			contains(t, root.want("GET", "/api/_/records/authors/?filter="+`email=="alice@blog.example"`, "", 200, ""), `"bio":"Writes about databases."`)
			if p.files("media") == 0 {
				t.Error("there are no media")
			}
			// Nobody got in with it.
			var people struct {
				Results []struct {
					Username  string
					Superuser bool `json:"is_superuser"`
				}
			}
			if err := json.Unmarshal([]byte(root.want("GET", "/api/_/records/users/?order=id", "", 200, "")), &people); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, u := range people.Results {
				if u.Superuser {
					u.Username += "!"
				}
				names = append(names, u.Username)
			}
			wantText(t, "people", "alice! bo alice_ bob carol dave erin frank", strings.Join(names, " "))
			for _, who := range []string{"admin", "user", "bob"} {
				p.visitor().want("POST", "/api/token/", `{"username":"`+who+`","password":"`+credentials[who]+`"}`, map[bool]int{true: 400, false: 401}[credentials[who] == ""], "")
			}
			if document != "" {
				doc := documentOf(t, root)
				text := encoded(t, doc)
				contains(t, text, `"title":"Mine"`, `"phone"`, `"signed_in"`)
				if strings.Contains(text, "app.example.com") {
					t.Error("the sample's sites may call this project")
				}
			}
			if m := root.want("GET", "/api/_/drift/", "", 200, ""); m != `{"differences":[]}` {
				t.Error(m)
			}
		})
	}
}
