package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
)

const peoplePath = "/api/_/people/"

type personAnswer struct {
	ID, Username, State string
	Active              bool `json:"is_active"`
	Roles               []string
	Invitation          *struct {
		ByName  string `json:"by_name"`
		Expired bool
		Mailed  bool
	}
	Logins, Keys int
	Version      string `json:"_v"`
}

type invitedAnswer struct {
	Person    personAnswer
	Link      string
	Mailed    bool
	MailError string `json:"mail_error"`
}

func decoded[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// names lists who is on a page of people, as "ada bo".
func (w *world) names(query string) string {
	w.t.Helper()
	return valuesOf(w.t, w.root.want("GET", peoplePath+query, "", 200, ""), "username")
}

// Superusers find accounts by words, roles and states, in any order.
func TestPeople(t *testing.T) {
	w := newWorld(t)
	w.staff.want("GET", peoplePath, "", 403, "")
	w.visitor().want("GET", peoplePath, "", 401, "")
	for query, want := range map[string]string{
		"": "norman root stan wendy", "?order=-username&limit=2": "wendy stan", "?limit=2&offset=3": "wendy", "?role=writers": "stan wendy",
		"?role=writer": "", "?q=WEN": "wendy", "?state=active": "norman root stan wendy", "?state=inactive": "", "?order=last_login": "root stan wendy norman",
	} {
		if got := w.names(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for query, want := range map[string]string{
		"?limit=0": `{"limit":`, "?order=password": `{"order":["\"password\" is not a valid choice`, "?state=x": `{"state":`, "?colour=1": `{"colour":["There is no such parameter."]}`,
	} {
		contains(t, w.root.want("GET", peoplePath+query, "", 400, ""), want)
	}
	person := decoded[personAnswer](t, w.root.want("GET", peoplePath+w.wendyKey+"/", "", 200, ""))
	if person.Username != "wendy" || person.State != "active" || fmt.Sprint(person.Roles) != "[writers]" {
		t.Errorf("%+v", person)
	}
	w.root.want("GET", peoplePath+"99/", "", 404, "")
	w.root.want("GET", peoplePath+"x/", "", 404, "")

	at := "/api/_/records/users/" + w.wendyKey + "/"
	w.root.with("If-Match", `"`+person.Version+`"`).want("PATCH", at, `{"is_active":false}`, 200, "")
	if got := w.names("?state=inactive") + "|" + w.names("?state=active"); got != "wendy|norman root stan" {
		t.Errorf("after deactivating: %s", got)
	}
	w.wendy.want("GET", "/api/_/me/", "", 401, "")
	w.root.with("If-Match", `"`+person.Version+`"`).want("PATCH", at, `{"is_active":true}`, 412, "")
}

// Roles are those of the document, and the last superuser stays one.
func TestAccountsStayUsable(t *testing.T) {
	w := newWorld(t)
	users := "/api/_/records/users/"
	w.root.want("PATCH", users+w.wendyKey+"/", `{"roles":["writerz"]}`, 400, `{"roles":["There is no role \"writerz\"."]}`)
	w.root.want("PATCH", users+w.wendyKey+"/", `{"roles":"writers"}`, 400, `{"roles":["This must be a list of the names of roles."]}`)
	w.root.want("PATCH", users+w.wendyKey+"/", `{"roles":[]}`, 200, "")
	last := "This is the last superuser who can log in."
	w.root.want("PATCH", users+"1/", `{"is_active":false}`, 400, `{"is_active":["`+last+`"]}`)
	w.root.want("PATCH", users+"1/", `{"is_superuser":false}`, 400, `{"is_superuser":["`+last+`"]}`)
	w.root.want("DELETE", users+"1/", "", 409, `{"detail":"`+last+`"}`)
	w.root.want("PATCH", users+"1/", `{"first_name":"Ruth"}`, 200, "")
	w.root.want("PATCH", users+w.wendyKey+"/", `{"is_superuser":true}`, 200, "")
	w.root.want("PATCH", users+"1/", `{"is_superuser":false}`, 200, "")
	w.wendy.want("PATCH", users+w.wendyKey+"/", `{"is_active":false}`, 400, `{"is_active":["`+last+`"]}`)
}

// token is what the link of an invitation holds.
func token(t *testing.T, link string) string {
	t.Helper()
	_, text, found := strings.Cut(link, "/admin/verify#t=")
	if !found || len(text) < 40 {
		t.Fatalf("the link is %q", link)
	}
	return text
}

// Without a mail server an invitation is a link to hand over, good once; the account has no password until then.
func TestInvitation(t *testing.T) {
	w := newWorld(t)
	w.staff.want("POST", peoplePath+"invite/", `{"username":"bo"}`, 403, "")
	for body, want := range map[string]string{
		`{"username":"wendy"}`:                                              `{"username":["A user with that username already exists."]}`,
		`{"username":"b o"}`:                                                `{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}`,
		`{"username":"bo","email":"bo"}`:                                    `{"email":["Enter a valid email address."]}`,
		`{"username":"bo","roles":["anyone"]}`:                              `{"roles":["There is no role \"anyone\"."]}`,
		`{"username":"bo","mail":true}`:                                     `{"email":["There is no address to send the mail to."]}`,
		`{"username":"bo","password":"x"}`:                                  `{"password":["There is no such field."]}`,
		`{"username":"bo","first_name":"` + strings.Repeat("x", 151) + `"}`: `{"first_name":["Ensure this field has no more than 150 characters."]}`,
	} {
		w.root.want("POST", peoplePath+"invite/", body, 400, want)
	}
	invited := decoded[invitedAnswer](t, w.root.want("POST", peoplePath+"invite/", `{"username":"bo","email":"bo@example.com","roles":["writers"]}`, 201, ""))
	if p := invited.Person; p.State != "invited" || p.Invitation == nil || p.Invitation.ByName != "root" || p.Invitation.Mailed || invited.Mailed || !strings.HasPrefix(invited.Link, w.base) {
		t.Fatalf("%+v", invited)
	}
	if got := w.names("?state=invited"); got != "bo" {
		t.Errorf("invited: %s", got)
	}
	first := token(t, invited.Link)
	again := decoded[invitedAnswer](t, w.root.want("POST", peoplePath+invited.Person.ID+"/invite/", "", 200, ""))
	check := func(token string, status int) string {
		return w.visitor().want("POST", "/api/_/invitations/check/", encoded(t, map[string]string{"token": token}), status, "")
	}
	check(first, 404)
	check("", 404)
	good := token(t, again.Link)
	contains(t, check(good, 200), `"username":"bo","email":"bo@example.com"`, `"site":"Couplet"`)
	accept := func(password string) string {
		return encoded(t, map[string]string{"token": good, "password": password, "first_name": "Bo"})
	}
	at := "/api/_/invitations/accept/"
	w.visitor().want("POST", at, accept(""), 400, `{"password":["This field may not be blank."]}`)
	w.visitor().want("POST", at, accept("1234"), 400, "")
	w.visitor().want("POST", at, accept("bos-Good-Pass-1"), 200, `{"username":"bo"}`)
	w.visitor().want("POST", at, accept("bos-Good-Pass-2"), 404, `{"detail":"This invitation is not good any more. Ask for a new one."}`)
	w.visitor().want("POST", "/api/auth/login/", `{"username":"bo","password":"bos-Good-Pass-1"}`, 200, "")
	person := decoded[personAnswer](t, w.root.want("GET", peoplePath+invited.Person.ID+"/", "", 200, ""))
	if person.State != "active" || person.Invitation != nil || person.Logins != 1 {
		t.Errorf("after accepting: %+v", person)
	}
	w.root.want("POST", peoplePath+invited.Person.ID+"/invite/", "", 409, "")
	contains(t, w.root.want("GET", "/api/auth/sessions/?user=*", "", 200, ""), `"username":"bo"`)
}

// An invitation ends after seven days, and when it is taken back.
func TestInvitationEnds(t *testing.T) {
	now := time.Now()
	w := newWorld(t)
	w.stop()
	w.config.Auth.Now = func() time.Time { return now }
	w.start()
	root := w.visitor().with("Authorization", w.root.header["Authorization"])
	invite := func(name string) invitedAnswer {
		return decoded[invitedAnswer](t, root.want("POST", peoplePath+"invite/", `{"username":"`+name+`"}`, 201, ""))
	}
	check := func(i invitedAnswer, status int) {
		t.Helper()
		w.visitor().want("POST", "/api/_/invitations/check/", `{"token":"`+token(t, i.Link)+`"}`, status, "")
	}
	late, taken := invite("late"), invite("taken")
	check(late, 200)
	root.want("DELETE", peoplePath+taken.Person.ID+"/invite/", "", 204, "")
	root.want("DELETE", peoplePath+taken.Person.ID+"/invite/", "", 404, "")
	check(taken, 404)
	now = now.Add(auth.InvitationLifetime)
	check(late, 404)
	if p := decoded[personAnswer](t, root.want("GET", peoplePath+late.Person.ID+"/", "", 200, "")); p.State != "invited" || !p.Invitation.Expired {
		t.Errorf("%+v", p)
	}
}

// With a mail server invitations and links go out by mail; what it refuses is handed over.
func TestInvitationByMail(t *testing.T) {
	out := newOutbox()
	w := newWorld(t)
	w.stop()
	w.config.Mailer, w.config.PublicURL = out, "https://site.example/"
	w.start()
	root := w.visitor().with("Authorization", w.root.header["Authorization"])
	invited := decoded[invitedAnswer](t, root.want("POST", peoplePath+"invite/", `{"username":"bo","email":"bo@Example.com"}`, 201, ""))
	m := out.next(t)
	_, rest, found := strings.Cut(m.Text, "https://site.example/admin/verify#t=")
	if !invited.Mailed || invited.Link != "" || !found || m.To != "bo@example.com" || !strings.Contains(m.Text, "root has made an account") {
		t.Fatalf("%+v\n%+v", invited, m)
	}
	body := `{"token":"` + strings.Fields(rest)[0] + `","password":"bos-Good-Pass-1"}`
	w.visitor().want("POST", "/api/_/invitations/accept/", body, 200, `{"username":"bo"}`)

	contains(t, root.want("POST", peoplePath+invited.Person.ID+"/password/", "", 200, ""), `"link":null,"mailed":true`)
	fragment := func() url.Values {
		_, rest, found := strings.Cut(out.next(t).Text, "https://site.example/admin/reset#")
		if !found {
			t.Fatal("the mail has no link into the admin")
		}
		v, err := url.ParseQuery(strings.Fields(rest)[0])
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	fragment()
	w.visitor().want("POST", "/api/_/password/reset/", `{"email":"bo@example.com"}`, 200, `{"detail":"Password reset e-mail has been sent."}`)
	w.visitor().want("POST", "/api/_/password/reset/", `{"email":"nobody@example.com"}`, 200, `{"detail":"Password reset e-mail has been sent."}`)
	w.visitor().want("POST", "/api/_/password/reset/", `{"email":"bo"}`, 400, `{"email":["Enter a valid email address."]}`)
	got := fragment()
	link := map[string]string{"uid": got.Get("uid"), "token": got.Get("token")}
	w.visitor().want("POST", "/api/_/password/check/", encoded(t, link), 200, `{"username":"bo"}`)
	link["new_password1"], link["new_password2"] = "bos-Good-Pass-2", "bos-Good-Pass-2"
	w.visitor().want("POST", "/api/auth/password/reset/confirm/", encoded(t, link), 200, "")
	w.visitor().want("POST", "/api/_/password/check/", encoded(t, map[string]string{"uid": link["uid"], "token": link["token"]}), 400, `{"token":["Invalid value"]}`)
	w.visitor().want("POST", "/api/auth/login/", `{"username":"bo","password":"bos-Good-Pass-2"}`, 200, "")
	root.want("PATCH", "/api/_/records/users/"+invited.Person.ID+"/", `{"is_active":false}`, 200, "")
	root.want("POST", peoplePath+invited.Person.ID+"/password/", "", 409, "")
}

// A link is handed over where the mail server refuses the mail, and says why.
func TestInvitationRefusedByMail(t *testing.T) {
	_, root, _ := startObserved(t, func(c *server.Config) {
		c.Mail.Server, c.PublicURL = "smtp://"+postOffice(t).addr, "https://site.example"
	})
	invited := decoded[invitedAnswer](t, root.want("POST", peoplePath+"invite/", `{"username":"nobody","email":"nobody@example.com"}`, 201, ""))
	if invited.Mailed || !strings.Contains(invited.MailError, "no such user") || !strings.HasPrefix(invited.Link, "https://site.example/admin/verify#t=") {
		t.Errorf("%+v", invited)
	}
	contains(t, root.want("POST", peoplePath+invited.Person.ID+"/password/", `{"mail":false}`, 200, ""), `https://site.example/admin/reset#uid=`, `"mail_error":""`)
}
