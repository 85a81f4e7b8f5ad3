package server_test

import "testing"

// Before it paints, the admin learns who is there, what they may do and open, and how they want to see it.
func TestMe(t *testing.T) {
	w := newWorld(t)
	contains(t, w.root.want("GET", "/api/_/me/", "", 200, ""), `"username":"root"`, `"admin":true`, `"is_superuser":true`,
		`"screens":["data","schema","access","people","activity","jobs","webhooks","logs","metrics","live","backups","settings","api"]`,
		`{"collection":"notes","label":"Note","label_plural":"Notes","display":"title","system":false,"view":"all","add":"all","change":"all","delete":"all"}`,
		`{"collection":"users","label":"User","label_plural":"Users","display":"username","system":true,`, `"mail":false,"public_url":""`)
	contains(t, w.wendy.want("GET", "/api/_/me/", "", 200, ""), `"admin":true`, `"screens":["data","activity","api"]`,
		`"display":"title","system":false,"view":"some","add":"some","change":"some","delete":"none"}`)
	w.visitor().want("GET", "/api/_/me/", "", 401, "")
	hash := member(t, w.root.want("GET", "/api/_/schema/", "", 200, ""), "hash")
	w.nobody.want("GET", "/api/_/me/", "", 200, `{"id":"4","username":"norman","email":"","first_name":"","last_name":"","is_staff":false,"is_superuser":false,`+
		`"roles":[],"admin":false,"screens":[],"preferences":{},"collections":[`+
		`{"collection":"users","label":"User","label_plural":"Users","display":"username","system":true,"view":"some","add":"none","change":"none","delete":"none"},`+
		`{"collection":"tags","label":"Tag","label_plural":"Tags","display":"name","system":false,"view":"all","add":"none","change":"none","delete":"none"}],`+
		`"schema":"`+hash+`","site":"Couplet","version":"development","revision":"","mail":false,"public_url":""}`)
	w.wendy.want("PATCH", "/api/_/preferences/", `{"language":"de"}`, 200, "")
	contains(t, w.wendy.want("GET", "/api/_/me/", "", 200, ""), `"preferences":{"language":"de"}`)
	contains(t, w.root.want("GET", "/api/_/me/", "", 200, ""), `"preferences":{}`)
}
