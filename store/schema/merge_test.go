package schema_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/schema"
)

const mergeBase = `{"settings":{"title":"A"},"collections":{
  "notes":{"id":"c_aaaaaa","fields":{"title":{"id":"f_aaaaaa","type":"char","max_length":40},"stars":{"id":"f_bbbbbb","type":"integer"}}},
  "tags":{"id":"c_bbbbbb","fields":{"name":{"id":"f_cccccc","type":"char","max_length":20}}}},
  "roles":{"anyone":{"tags":{"view":true}}}}`

func compact(t *testing.T, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return b.String()
}

// Edits are replacements in the base's text.
func TestMerge(t *testing.T) {
	edit := func(pairs []string) string { return strings.NewReplacer(pairs...).Replace(mergeBase) }
	for _, c := range []struct {
		name         string
		mine, theirs []string
		settled      map[string]schema.Side
		want         []string // edits of the base that lead to the merged document
		conflicts    string
	}{
		{name: "different places", mine: []string{`"max_length":40`, `"max_length":80`}, theirs: []string{`"title":"A"`, `"title":"B"`},
			want: []string{`"max_length":40`, `"max_length":80`, `"title":"A"`, `"title":"B"`}},
		{name: "different members of one field", mine: []string{`"max_length":40`, `"max_length":80`}, theirs: []string{`"f_aaaaaa",`, `"f_aaaaaa","null":true,`},
			want: []string{`"f_aaaaaa","type":"char","max_length":40`, `"f_aaaaaa","null":true,"type":"char","max_length":80`}},
		{name: "mine renames, theirs changes within", mine: []string{`"notes":{`, `"memos":{`}, theirs: []string{`"max_length":40`, `"max_length":80`},
			want: []string{`"notes":{`, `"memos":{`, `"max_length":40`, `"max_length":80`}},
		{name: "theirs renames a field, mine changes it", mine: []string{`"type":"integer"`, `"type":"float"`}, theirs: []string{`"stars":{`, `"points":{`},
			want: []string{`"stars":{"id":"f_bbbbbb","type":"integer"`, `"points":{"id":"f_bbbbbb","type":"float"`}},
		{name: "the same on both sides", mine: []string{`"max_length":40`, `"max_length":80`}, theirs: []string{`"max_length":40`, `"max_length":80`},
			want: []string{`"max_length":40`, `"max_length":80`}},
		{name: "each adds a field", mine: []string{`"stars":{`, `"m":{"id":"f_dddddd","type":"date"},"stars":{`}, theirs: []string{`"stars":{`, `"t":{"id":"f_eeeeee","type":"date"},"stars":{`},
			want: []string{`"stars":{"id":"f_bbbbbb","type":"integer"}`, `"t":{"id":"f_eeeeee","type":"date"},"stars":{"id":"f_bbbbbb","type":"integer"},"m":{"id":"f_dddddd","type":"date"}`}},
		{name: "mine drops what theirs left alone", mine: []string{`,"stars":{"id":"f_bbbbbb","type":"integer"}`, ``}, theirs: []string{`"title":"A"`, `"title":"B"`},
			want: []string{`,"stars":{"id":"f_bbbbbb","type":"integer"}`, ``, `"title":"A"`, `"title":"B"`}},
		{name: "one value, two ways", mine: []string{`"max_length":40`, `"max_length":80`}, theirs: []string{`"max_length":40`, `"max_length":20`},
			want: []string{`"max_length":40`, `"max_length":80`}, conflicts: `collections.notes.fields.title.max_length 40 80 20`},
		{name: "settled for theirs", mine: []string{`"max_length":40`, `"max_length":80`}, theirs: []string{`"max_length":40`, `"max_length":30`},
			settled: map[string]schema.Side{"collections.notes.fields.title.max_length": schema.Theirs}, want: []string{`"max_length":40`, `"max_length":30`}},
		{name: "mine drops what theirs changed", mine: []string{`,"stars":{"id":"f_bbbbbb","type":"integer"}`, ``}, theirs: []string{`"type":"integer"`, `"type":"float"`},
			want:      []string{`,"stars":{"id":"f_bbbbbb","type":"integer"}`, ``},
			conflicts: `collections.notes.fields.stars {"id":"f_bbbbbb","type":"integer"} - {"id":"f_bbbbbb","type":"float"}`},
		{name: "renamed in two ways", mine: []string{`"stars":{`, `"m":{`}, theirs: []string{`"stars":{`, `"t":{`},
			want: []string{`"stars":{`, `"m":{`}, conflicts: `collections.notes.fields.m.#name "stars" "m" "t"`},
		{name: "two things of one name", mine: []string{`"stars":{`, `"x":{"id":"f_dddddd","type":"date"},"stars":{`}, theirs: []string{`"stars":{`, `"x":{"id":"f_eeeeee","type":"time"},"stars":{`},
			want:      []string{`"stars":{`, `"x":{"id":"f_eeeeee","type":"time"},"stars":{`},
			conflicts: `collections.notes.fields.x - {"id":"f_dddddd","type":"date"} {"id":"f_eeeeee","type":"time"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			merged, conflicts, problems := schema.Merge([]byte(mergeBase), []byte(edit(c.mine)), []byte(edit(c.theirs)), c.settled)
			if problems != nil {
				t.Fatal(problems)
			}
			if got, want := compact(t, merged), compact(t, []byte(edit(c.want))); got != want {
				t.Errorf("merged\n%s\nwant\n%s", got, want)
			}
			got := ""
			for _, x := range conflicts {
				got += x.Path
				for _, side := range [][]byte{x.Base, x.Mine, x.Their} {
					if side == nil {
						got += " -"
						continue
					}
					got += " " + compact(t, side)
				}
			}
			if got != c.conflicts {
				t.Errorf("conflicts %q, want %q", got, c.conflicts)
			}
		})
	}
	if _, _, problems := schema.Merge([]byte("[]"), []byte(mergeBase), []byte(mergeBase), nil); problems == nil {
		t.Error("a list is no document")
	}
}
