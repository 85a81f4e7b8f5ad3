package server_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// explained sums up an explanation: whether it is allowed, the status, and the decisions.
func explained(t *testing.T, text string) string {
	t.Helper()
	var x struct {
		Allowed bool
		Status  int
		User    string
		Text    string
		Steps   []struct {
			Of, Action string
			Allowed    bool
		}
	}
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	out := fmt.Sprintf("%d %s:", x.Status, x.User)
	for _, s := range x.Steps {
		out += fmt.Sprintf(" %s %s %v,", s.Of, s.Action, s.Allowed)
	}
	return out + " " + x.Text
}

// ?explain=1 says what the request would be answered with, and why; nothing is written.
func TestExplainRequest(t *testing.T) {
	w := newWorld(t)
	before := w.root.want("GET", notesPath, "", 200, "")
	wendy, anonymous, own := "?explain=1&as="+w.wendyKey, "?explain=1&as=", "?explain=1"
	null := "denied: role writers, clause `owner == user.id`: a comparison of null with 3 is unknown: the first is null"
	for _, test := range []struct{ method, path, body, want string }{
		{"GET", notesPath + "1/" + wendy, "", "200 wendy: stored view true, allowed: role writers, clause `stars > 0`: 1 is greater than 0"},
		{"GET", notesPath + "2/?explain=1&as=2", "", "404 stan: stored view false, denied: role writers, clause `owner == user.id`: 3 is not 2; clause `stars > 0`: 0 is not greater than 0"},
		{"GET", notesPath + "1/" + anonymous, "", "401 : collection view false, denied: no role of anonymous users grants view on notes"},
		{"GET", notesPath + "1/" + own, "", "200 root: stored view true, allowed: superusers may do everything"},
		{"GET", notesPath + "99/" + wendy, "", "404 wendy: denied: there is no such record in notes"},
		{"GET", notesPath + "x/" + wendy, "", "404 wendy: denied: there is no such record in notes"},
		{"GET", notesPath + "1/?explain=1&as=4", "", "403 norman: collection view false, denied: no role of norman grants view on notes"},
		{"GET", notesPath + wendy, "", "200 wendy: allowed: the list holds those records of notes that the rules let through; explain one at its own address"},
		{"GET", notesPath + own, "", "200 root: allowed: the list holds every record of notes"},
		{"PATCH", notesPath + "1/" + wendy, `{"stars":2}`, "403 wendy: stored view true, stored change false, " + null},
		{"PATCH", notesPath + "2/" + wendy, `{"stars":9}`, "403 wendy: stored view true, stored change true, new change false, denied: rule `change` of notes, clause `stars < 5`: 9 is not less than 5"},
		{"PATCH", notesPath + "2/" + wendy, `{"stars":4}`, "200 wendy: stored view true, stored change true, new change true, allowed: role writers, clause `owner == user.id`: 3 is 3; rule `change` of notes, clause `stars < 5`: 4 is less than 5"},
		{"PUT", notesPath + "2/" + wendy, "", "200 wendy: stored view true, stored change true, allowed: role writers, clause `owner == user.id`: 3 is 3; rule `change` of notes, clause `stars < 5`: 0 is less than 5"},
		{"DELETE", notesPath + "2/" + wendy, "", "403 wendy: collection delete false, denied: no role of wendy grants delete on notes"},
		{"DELETE", notesPath + "2/" + own, "", "204 root: stored view true, stored delete true, allowed: superusers may do everything"},
		{"POST", notesPath + wendy, `{"title":"new"}`, "403 wendy: new add false, " + null},
		{"POST", notesPath + wendy, `{"title":"new","owner":` + w.wendyKey + `}`, "201 wendy: new add true, allowed: role writers, clause `owner == user.id`: 3 is 3"},
		{"POST", notesPath + own, "", "201 root: collection add true, allowed: superusers may do everything"},
	} {
		if got := explained(t, w.root.want(test.method, test.path, test.body, 200, "")); got != test.want {
			t.Errorf("%s %s %s:\n%s, want\n%s", test.method, test.path, test.body, got, test.want)
		}
	}
	w.root.want("GET", notesPath, "", 200, before)
	w.root.want("PATCH", notesPath+"2/"+wendy, `{"stars":"x"}`, 400, `{"stars":["A valid integer is required."]}`)
	w.root.want("GET", notesPath+"1/?explain=1&as=x", "", 400, `{"as":["There is no user with this key."]}`)
	w.root.want("GET", notesPath+"1/?explain=1&as=99", "", 400, `{"as":["There is no user with this key."]}`)
	// To anybody else the parameter does not exist.
	contains(t, w.wendy.want("GET", notesPath+"1/?explain=1&as=1", "", 200, ""), `"title":"one"`)
	w.nobody.want("GET", notesPath+"1/?explain=1", "", 403, "")
	w.visitor().want("GET", notesPath+"1/?explain=1", "", 401, "")
}

// The public resources explain, too: their permission policy, their filters, their nested routes.
func TestExplainPublicResource(t *testing.T) {
	w := newWorld(t)
	token := member(t, w.visitor().want("POST", "/api/token/", `{"username":"root","password":"a-good-Pass-123"}`, 200, ""), "access")
	root := w.visitor().with("Authorization", "Bearer "+token)
	root.want("POST", "/api/notes/", `{"title":"hidden","stars":1}`, 201, "")
	line := `{"id":"7d444840-9dc0-11d1-b245-5ffdce74fad2","text":"x"}`
	for _, test := range []struct{ method, path, body, want string }{
		{"GET", "/api/notes/1/?explain=1&as=" + w.wendyKey, "", "200 wendy: stored view true, allowed: role writers, clause `stars > 0`: 1 is greater than 0"},
		{"GET", "/api/notes/4/?explain=1", "", "404 root: stored view true, denied: the record may be viewed, but the filters of the resource or of the request leave it out"},
		{"POST", "/api/notes/1/lines/?explain=1&as=" + w.wendyKey, line, "201 wendy: new add true, allowed: role writers grants add on lines"},
		{"POST", "/api/notes/1/lines/?explain=1&as=", line, "401 : collection add false, denied: no role of anonymous users grants add on lines"},
	} {
		if got := explained(t, root.want(test.method, test.path, test.body, 200, "")); got != test.want {
			t.Errorf("%s %s:\n%s, want\n%s", test.method, test.path, got, test.want)
		}
	}
	root.want("GET", "/api/_/records/lines/", "", 200, `{"results":[],"prev":null,"next":null,"offset":0}`)
}

func TestExpressions(t *testing.T) {
	w := newWorld(t)
	type test struct {
		who        *account
		path, body string
		status     int
		parts      []string
	}
	for _, x := range []test{
		{w.wendy, "check/", `{"collection":"notes","expr":"stars>1&&title=='x'"}`, 200, []string{`{"valid":true,"tree":{"op":"&&"`, `"text":"stars > 1 && title == \"x\"","errors":[]`, `"type":"a whole number"`}},
		{w.wendy, "check/", `{"collection":"notes","expr":"starz > 1"}`, 200, []string{`{"valid":false,"errors":[{"pos":0,"end":5,"line":1,"column":1,"message":"notes has no field starz.","suggestion":"Did you mean \"stars\"?"}]}`}},
		{w.wendy, "check/", `{"collection":"lines","expr":"note.memo=='x'"}`, 200, []string{`"valid":false`, "The field memo cannot be read."}},
		{w.staff, "check/", `{"collection":"lines","expr":"note.memo=='x'"}`, 200, []string{`"valid":true`}},
		{w.nobody, "check/", `{"collection":"notes","expr":"true"}`, 400, []string{`{"collection":["There is no collection \"notes\"."]}`}},
		{w.visitor(), "check/", `{"collection":"tags","expr":"true"}`, 401, nil},
		{w.wendy, "check/", `{"collection":3}`, 400, []string{`{"collection":["This cannot be a number."]}`}},
		{w.wendy, "check/", `{"collection":"notes"} x`, 400, []string{"there is something after the end"}},
		{w.wendy, "complete/", `{"collection":"notes","expr":"st"}`, 200, []string{`{"completions":[{"text":"stars","kind":"field","detail":"a whole number","pos":0}]}`}},
		{w.wendy, "complete/", `{"collection":"notes","expr":"stars > 1","position":2}`, 200, []string{`{"completions":[{"text":"stars",`}},
		{w.wendy, "complete/", `{"collection":"notes","expr":"mem"}`, 200, []string{`{"completions":[]}`}},
		{w.staff, "complete/", `{"collection":"notes","expr":"mem"}`, 200, []string{`"memo"`}},
		{w.wendy, "complete/", `{"collection":"notes","expr":"st","position":3}`, 400, []string{`{"position":["This is not a position in the expression."]}`}},
		{w.wendy, "format/", `{"tree":{"op":"&&","args":[{"op":"bool","text":"true"},{"op":"||","args":[{"op":"ident","text":"a"},{"op":"!","args":[{"op":"ident","text":"b"}]}]}]}}`, 200, []string{`{"text":"true && (a || !b)"}`}},
		{w.wendy, "format/", `{"tree":{"op":"string","text":"it's \"so\""}}`, 200, []string{`{"text":"\"it's \\\"so\\\"\""}`}},
		{w.wendy, "format/", `{"tree":{"op":"int","text":"1 || true"}}`, 400, []string{`{"tree":["not the tree of an expression: `}},
		{w.wendy, "format/", `{"tree":{"op":"zip"}}`, 400, []string{`the operator \"zip\"`}},
		{w.wendy, "format/", `{}`, 400, []string{`{"tree":[`}},
		{w.visitor(), "format/", `{}`, 401, nil},
		{w.root, "try/", `{"collection":"notes","expr":"owner == user.id","user":"` + w.wendyKey + `"}`, 200, []string{`{"pass":1,"fail":2,"total":3,"some":[{"key":"2","display":"two","passes":true,"explanation":{"truth":"true"`, `"text":"3 is 3","deciding":true`,
			`{"key":"1","display":"one","passes":false,"explanation":{"truth":"unknown"`}},
		{w.root, "try/", `{"collection":"notes","expr":"owner == user.id"}`, 200, []string{`{"pass":0,"fail":3,"total":3,`}},
		{w.root, "try/", `{"collection":"notes","expr":"true","limit":0}`, 200, []string{`{"pass":3,"fail":0,"total":3,"some":[]}`}},
		{w.root, "try/", `{"collection":"notes","expr":"owner == user.id","user":"` + w.wendyKey + `","record":"2"}`, 200, []string{`"total":3,"some":[{"key":"2","display":"two","passes":true,"explanation":{"truth":"true"`}},
		{w.root, "try/", `{"collection":"notes","expr":"true","record":"99"}`, 404, nil},
		{w.root, "try/", `{"collection":"notes","expr":"true","record":"x"}`, 404, nil},
		{w.root, "try/", `{"collection":"notes","expr":"true","limit":21}`, 400, []string{`{"limit":["This must be a whole number from 0 to 20."]}`}},
		{w.root, "try/", `{"collection":"notes","expr":"owner = 1"}`, 400, []string{`{"expr":["1:7: Unexpected character \"=\". Equality is written ==."]}`}},
		{w.root, "try/", `{"collection":"notes","expr":"true","user":"99"}`, 400, []string{`{"user":["There is no user \"99\"."]}`}},
		{w.staff, "try/", `{"collection":"notes","expr":"true"}`, 403, nil},
	} {
		contains(t, x.who.want("POST", "/api/_/expr/"+x.path, x.body, x.status, ""), x.parts...)
	}
	w.root.want("POST", notesPath, `{"title":"four"}`, 201, "")
	_, gone := w.user(auth.NewUser{Username: "gone"})
	w.root.want("PATCH", "/api/_/records/users/"+gone+"/", `{"is_active":false}`, 200, "")
	for _, x := range []test{
		{w.root, "", `{"collection":"notes","key":"1","action":"change","user":"` + w.wendyKey + `"}`, 200, []string{`{"explanation":{"allowed":false,`, "\"text\":\"denied: role writers, clause `owner == user.id`:",
			`"status":403,"visible":true,"user":{"id":"3","username":"wendy","is_active":true,"is_superuser":false,"roles":["writers"]},"display":"one"}`}},
		{w.root, "", `{"collection":"notes","key":"4","action":"change","user":"` + w.wendyKey + `"}`, 200, []string{`"source":"stars > 0"`, `"text":"0 is not greater than 0"`, `"status":404,"visible":false,`}},
		{w.root, "", `{"collection":"notes","key":"2","action":"change","user":"` + w.wendyKey + `","resource":"notes"}`, 200, []string{`"status":200,"visible":true,`}},
		{w.root, "", `{"collection":"notes","key":"2","action":"view","user":"4"}`, 200, []string{`"status":403,"visible":false,`}},
		{w.root, "", `{"collection":"notes","key":"2","action":"view","resource":"lines"}`, 400, []string{`{"resource":["notes has no resource \"lines\"."]}`}},
		{w.root, "", `{"collection":"notes","key":"2","action":"view","user":"5"}`, 200, []string{"denied: the account of gone is not active", `"status":401,"visible":false,`}},
		{w.root, "", `{"collection":"notes","key":"1","action":"view"}`, 200, []string{"denied: no role of anonymous users grants view on notes", `"status":401,"visible":false,"user":null,"display":"one"}`}},
		{w.root, "", `{"collection":"notes","key":"1","action":"fly"}`, 400, []string{`{"action":["This is view, add, change or delete."]}`}},
		{w.root, "", `{"collection":"notes","key":"99","action":"view"}`, 404, []string{"No Note matches the given query."}},
		{w.root, "", `{"collection":"nope","key":"1","action":"view"}`, 400, []string{`{"collection":[`}},
		{w.staff, "", `{"collection":"notes","key":"1","action":"view"}`, 403, nil},
	} {
		contains(t, x.who.want("POST", "/api/_/access/explain/", x.body, x.status, ""), x.parts...)
	}
}
