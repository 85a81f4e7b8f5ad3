package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/schema"
)

const before = `{"collections": {
  "authors": {"id": "c_1", "fields": {"name": {"id": "f_1", "type": "char", "max_length": 20}, "born": {"id": "f_2", "type": "date", "null": true}}},
  "tags": {"id": "c_2", "fields": {"name": {"id": "f_3", "type": "char"}}},
  "books": {"id": "c_3", "unique_together": [["title", "author"]], "indexes": [["title"], {"fields": ["author"], "name": "by_author"}], "fields": {
    "title": {"id": "f_4", "type": "char"}, "author": {"id": "f_5", "type": "foreign_key", "to": "authors"},
    "tags": {"id": "f_6", "type": "many_to_many", "to": "tags"}}}
}}`

func describe(d schema.Difference) string {
	s := fmt.Sprintf("%s %s", d.Kind, d.Subject)
	name := func(c *schema.Collection) string {
		if c == nil {
			return "-"
		}
		return c.Name
	}
	s += " " + name(d.OldCollection) + ">" + name(d.NewCollection)
	field := func(f *schema.Field) string {
		if f == nil {
			return "-"
		}
		return f.Name
	}
	switch d.Subject {
	case schema.FieldSubject, schema.LinkSubject:
		s += " " + field(d.OldField) + ">" + field(d.NewField)
	case schema.IndexSubject:
		if d.OldIndex != nil {
			s += " " + d.OldIndex.Name
		}
		if d.NewIndex != nil {
			s += " >" + d.NewIndex.Name
		}
	case schema.UniqueSubject:
		if d.OldUnique != nil {
			s += " " + d.OldUnique.Name
		}
		if d.NewUnique != nil {
			s += " >" + d.NewUnique.Name
		}
	}
	if len(d.What) > 0 {
		s += " " + strings.Join(d.What, ",")
	}
	return s
}

func TestDiff(t *testing.T) {
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(before) }
	tests := []struct {
		name, after string
		want        []string
	}{
		{"same", before, nil},
		{"other order", replace(`"born": {"id": "f_2", "type": "date", "null": true}`, `"born": {"null": true, "type": "date", "id": "f_2"}`), nil},
		{"changed field", replace(`"max_length": 20`, `"max_length": 30, "null": true`), []string{"changed field authors>authors name>name null,blank,max_length"}},
		{"type", replace(`"type": "date"`, `"type": "datetime"`), []string{"changed field authors>authors born>born type"}},
		{"renamed field", replace(`"born":`, `"birthday":`), []string{"renamed field authors>authors born>birthday column,label,verbose_name"}},
		{"renamed collection", replace(`"authors":`, `"writers":`, `"to": "authors"`, `"to": "writers"`),
			[]string{"renamed collection authors>writers table,model,label,label_plural"}},
		{"new id", replace(`"f_2"`, `"f_9"`), []string{"added field authors>authors ->born", "removed field authors>authors born>-"}},
		{"added collection", replace(`"tags": {"id": "c_2"`, `"x": {}, "tags": {"id": "c_2"`), []string{"added collection ->x", "added field ->x ->id"}},
		{"removed many to many", replace(`,
    "tags": {"id": "f_6", "type": "many_to_many", "to": "tags"}`, ``), []string{"removed field books>books tags>-", "removed link books>books tags>-"}},
		{"renamed many to many", replace(`"tags": {"id": "f_6"`, `"labels": {"id": "f_6"`),
			[]string{"renamed field books>books tags>labels label,verbose_name", "changed link books>books tags>labels"}},
		{"renamed index", replace(`"by_author"`, `"author_first"`), []string{"renamed index books>books by_author >author_first"}},
		{"other index", replace(`["title"], {`, `["-title"], {`), []string{"added index books>books >books_title_idx", "removed index books>books books_title_idx"}},
		{"removed set", replace(`"unique_together": [["title", "author"]], `, ``), []string{"removed unique books>books books_title_author_id_uniq"}},
		{"renamed field in a set", replace(`[["title", "author"]]`, `[["name", "author"]]`, `[["title"]`, `[["name"]`, `"title": {`, `"name": {`),
			[]string{"renamed field books>books title>name column,label,verbose_name", "renamed index books>books books_title_idx >books_name_idx",
				"renamed unique books>books books_title_author_id_uniq >books_name_author_id_uniq"}},
		{"without ids", replace(`"id": "c_1", `, ``, `"id": "f_1", `, ``, `"id": "f_4", `, ``), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range schema.Diff(parse(t, before), parse(t, tt.after)) {
				got = append(got, describe(d))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDiffFromNothing(t *testing.T) {
	s := parse(t, before)
	kinds := map[string]int{}
	for _, d := range schema.Diff(nil, s) {
		kinds[string(d.Kind)+" "+string(d.Subject)]++
	}
	want := map[string]int{"added collection": 4, "added field": 14 + 3 + 2 + 4, "added index": 2, "added unique": 1, "added link": 1}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	for _, d := range schema.Diff(s, nil) {
		if d.Kind != schema.Removed {
			t.Errorf("%s", describe(d))
		}
	}
}

// TestAssignIDsKeepsNamesakes holds that a document written anew, without ids, is about the things that there are.
func TestAssignIDsKeepsNamesakes(t *testing.T) {
	base := parse(t, `{"collections":{"a":{"id":"c_a","fields":{"x":{"id":"f_x","type":"char"},"y":{"id":"f_y","type":"char"}}},
		"b":{"id":"c_b","fields":{"x":{"id":"f_bx","type":"char"}}},"users":{"fields":{"z":{"id":"f_z","type":"char"}}}},
		"resources":{"a":{"id":"r_a","collection":"a"}}}`)
	out, _ := schema.AssignIDs([]byte(`{"collections":{"a":{"fields":{"x":{"type":"text"},"id":{"type":"uuid","primary_key":true},
		"w":{"id":"f_y","type":"char"},"y":{"type":"char"}}},"c":{"id":"c_b","fields":{"x":{"type":"char"}}},"b":{"fields":{"x":{"type":"char"}}},
		"users":{"fields":{"z":{"type":"char"}}}},"resources":{"a":{"collection":"a"}}}`), base)
	s := parse(t, string(out))
	a := s.Collection("a")
	for got, want := range map[string]string{
		a.ID: "c_a", a.Field("x").ID: "f_x", a.Field("w").ID: "f_y", s.Collection("c").Field("x").ID: "f_bx",
		s.Users().Field("z").ID: "f_z", s.Resource("a").ID: "r_a",
	} {
		if got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
	for _, id := range []string{a.Field("y").ID, a.Field("id").ID, s.Collection("b").ID, s.Collection("b").Field("x").ID} {
		if base := string(base.Document.Canonical()); strings.Contains(base, `"`+id+`"`) || len(id) != 8 {
			t.Errorf("%s is taken, or no new id", id)
		}
	}
}

func TestAssignIDs(t *testing.T) {
	src := []byte(`{"collections":{"a":{"fields":{"x":{"type":"char"},"y":{"id":"f_y","type":"char"}}},"users":{"fields":{"z":{"type":"char"}}}},"resources":{"a":{}}}`)
	out, changed := schema.AssignIDs(src, nil)
	if !changed {
		t.Fatal("nothing changed")
	}
	s := parse(t, string(out))
	for id, prefix := range map[string]string{s.Collection("a").ID: "c_", s.Collection("a").Field("x").ID: "f_", s.Users().Field("z").ID: "f_", s.Resource("a").ID: "r_"} {
		if !strings.HasPrefix(id, prefix) || len(id) != 8 {
			t.Errorf("id %q", id)
		}
	}
	if s.Collection("a").Field("y").ID != "f_y" || s.Users().ID != "c_users" {
		t.Error("an id was replaced")
	}
	if got := schema.Diff(parse(t, string(src)), s); got != nil {
		t.Errorf("ids changed the meaning: %v", got)
	}
	again, changed := schema.AssignIDs(out, nil)
	if changed || string(again) != string(out) {
		t.Error("ids were assigned twice")
	}
	for _, broken := range []string{"", "{", "[]", `{"collections": 1}`, `{"collections": {"a": 1}, "resources": []}`, `{"a":1,"a":2}`} {
		if out, changed := schema.AssignIDs([]byte(broken), nil); changed || string(out) != broken {
			t.Errorf("%q was changed to %q", broken, out)
		}
	}
}
