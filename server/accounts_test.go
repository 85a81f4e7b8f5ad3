package server_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
)

const loginUser = `{"username":"user","password":"user-Pass-123"}`

func TestLoginWithCookies(t *testing.T) {
	anonymous, _ := startAccounts(t, `{}`)
	b := anonymous.browser()
	text := b.want("POST", "/api/auth/login/", loginUser, 200, "")
	if member(t, text, "refresh") != "" || member(t, text, "access") == "" || !strings.Contains(text,
		`"user":{"pk":2,"username":"user","email":"user@example.com","first_name":"Uma","last_name":"User"}`) {
		t.Errorf("log-in: %s", text)
	}
	b.want("GET", "/api/auth/user/", "", 200, `{"pk":2,"username":"user","email":"user@example.com","first_name":"Uma","last_name":"User"}`)
	b.want("PATCH", "/api/auth/user/", `{"first_name":"U"}`, 403, `{"detail":"CSRF Failed: CSRF token missing."}`)
	safe := b.with("X-CSRFToken", b.cookie("csrftoken"))
	safe.want("PATCH", "/api/auth/user/", `{"first_name":"U","email":"x@example.com","pk":9}`, 200,
		`{"pk":2,"username":"user","email":"user@example.com","first_name":"U","last_name":"User"}`)
	safe.want("PATCH", "/api/auth/user/", `{"username":"admin"}`, 400, `{"username":["A user with that username already exists."]}`)
	safe.want("PUT", "/api/auth/user", `{"first_name":"x"}`, 400, `{"username":["This field is required."]}`)
	safe.with("Origin", "https://evil.example").want("PATCH", "/api/auth/user/", `{}`, 403,
		`{"detail":"CSRF Failed: Origin checking failed - https://evil.example does not match any trusted origins."}`)
	old := b.cookie("couplet_refresh")
	b.want("POST", "/api/auth/token/refresh/", "", 200, "")
	if now := b.cookie("couplet_refresh"); now == old || now == "" {
		t.Error("the refresh cookie was not rotated")
	}
	b.want("POST", "/api/auth/logout/", "", 200, `{"detail":"Successfully logged out."}`)
	b.want("GET", "/api/auth/user/", "", 401, `{"detail":"Authentication credentials were not provided."}`)
	b.want("POST", "/api/auth/token/refresh/", "", 401, `{"detail":"No valid refresh token found.","code":"token_not_valid"}`)
	b.want("POST", "/api/auth/logout/", "", 401, `{"detail":"Refresh token was not included in cookie data."}`)
	foreign := anonymous.browser().with("Origin", "https://evil.example")
	foreign.want("POST", "/api/auth/login/", loginUser, 200, "")
	if foreign.cookie("couplet_access") != "" {
		t.Error("a page of another origin logs its visitors in")
	}
}

func TestLoginErrors(t *testing.T) {
	a, _ := startAccounts(t, `{"login_by":["username","email"]}`)
	for body, want := range map[string]string{
		`{}`:                                   `{"password":["This field is required."]}`,
		`{"password":"x"}`:                     `{"non_field_errors":["Must include either \"username\" or \"email\" and \"password\"."]}`,
		`{"username":"user","password":"x"}`:   `{"non_field_errors":["Unable to log in with provided credentials."]}`,
		`{"username":"nobody","password":"x"}`: `{"non_field_errors":["Unable to log in with provided credentials."]}`,
		`{"email":"user","password":"x"}`:      `{"email":["Enter a valid email address."]}`,
		`{"username":"inactive","password":"inactive-Pass-123"}`: `{"non_field_errors":["User account is disabled."]}`,
	} {
		a.want("POST", "/api/auth/login/", body, 400, want)
	}
	a.want("POST", "/api/auth/login/", `{"email":"USER@example.com","password":"user-Pass-123"}`, 200, "")
	a.want("POST", "/api/token/", `{"username":"user@example.com","password":"user-Pass-123"}`, 200, "")
	a.want("GET", "/api/auth/login/", "", 405, `{"detail":"Method \"GET\" not allowed."}`)
	for range 12 {
		a.call("POST", "/api/token/", `{"username":"admin","password":"x"}`)
	}
	if code, text := a.call("POST", "/api/token/", `{"username":"admin","password":"admin-Pass-123"}`); code != 429 {
		t.Errorf("after many failures: %d %s", code, text)
	}
}

func bearer(t *testing.T, a *account, body string) *account {
	t.Helper()
	return a.with("Authorization", "Bearer "+member(t, a.want("POST", "/api/token/", body, 200, ""), "access"))
}

func TestPasswordChange(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	user := bearer(t, a, loginUser)
	for body, want := range map[string]string{
		`{}`: `{"new_password1":["This field is required."],"new_password2":["This field is required."]}`,
		`{"new_password1":"Abcdef-1234","new_password2":"x"}`: `{"new_password2":["The two password fields didn’t match."]}`,
		`{"new_password1":"12345","new_password2":"12345"}`: `{"new_password2":["This password is too short. It must contain at least 8 characters.",` +
			`"This password is too common.","This password is entirely numeric."]}`,
		`{"new_password1":"user@example","new_password2":"user@example"}`:                  `{"new_password2":["The password is too similar to the email address."]}`,
		`{"new_password1":"Abcdef-1234","new_password2":"Abcdef-1234","old_password":"x"}`: `{"old_password":["Your old password was entered incorrectly. Please enter it again."]}`,
	} {
		user.want("POST", "/api/auth/password/change/", body, 400, want)
	}
	a.want("POST", "/api/auth/password/change/", `{}`, 401, `{"detail":"Authentication credentials were not provided."}`)
	b := a.browser()
	b.want("POST", "/api/auth/login/", loginUser, 200, "")
	b.with("X-CSRFToken", b.cookie("csrftoken")).want("POST", "/api/auth/password/change/",
		`{"new_password1":"Abcdef-1234","new_password2":"Abcdef-1234","old_password":"user-Pass-123"}`, 200, `{"detail":"New password has been saved."}`)
	user.want("GET", "/api/auth/user/", "", 401, `{"detail":"The user's password has been changed.","code":"password_changed"}`)
	b.want("GET", "/api/auth/user/", "", 200, "")
	a.want("POST", "/api/token/", loginUser, 401, "")
	bearer(t, a, `{"username":"user","password":"Abcdef-1234"}`).want("GET", "/api/auth/user/", "", 200, "")
}

var resetLink = regexp.MustCompile(`https://magazine\.example/account/reset/([^/]+)/([^/]+)/`)

func TestPasswordReset(t *testing.T) {
	a, out := startAccounts(t, `{}`)
	user := bearer(t, a, loginUser) // renews the old hash, which would end the link
	const sent = `{"detail":"Password reset e-mail has been sent."}`
	a.want("POST", "/api/auth/password/reset/", `{"email":"nobody@example.com"}`, 200, sent)
	a.want("POST", "/api/auth/password/reset/", `{"email":"alice@example.com"}`, 200, sent) // has no usable password
	a.want("POST", "/api/auth/password/reset/", `{"email":"x"}`, 400, `{"email":["Enter a valid email address."]}`)
	a.with("Host", "evil.example").want("POST", "/api/auth/password/reset/", `{"email":"User@Example.com"}`, 200, sent)
	m := out.next(t)
	link := resetLink.FindStringSubmatch(m.Text)
	if m.To != "user@example.com" || link == nil {
		t.Fatalf("mail: %+v", m)
	}
	confirm := func(uid, token, password string) string {
		return `{"uid":"` + uid + `","token":"` + token + `","new_password1":"` + password + `","new_password2":"` + password + `"}`
	}
	const path = "/api/auth/password/reset/confirm/"
	a.want("POST", path, confirm("!", link[2], "Abcdef-1234"), 400, `{"uid":["Invalid value"]}`)
	a.want("POST", path, confirm("OTk", link[2], "Abcdef-1234"), 400, `{"uid":["Invalid value"]}`)
	a.want("POST", path, confirm(link[1], "x-y", "Abcdef-1234"), 400, `{"token":["Invalid value"]}`)
	a.want("POST", path, confirm(link[1], link[2], "short"), 400, "")
	a.want("POST", path, confirm(link[1], link[2], "Abcdef-1234"), 200, `{"detail":"Password has been reset with the new password."}`)
	a.want("POST", path, confirm(link[1], link[2], "Abcdef-1235"), 400, `{"token":["Invalid value"]}`)
	user.want("GET", "/api/auth/user/", "", 401, "")
	bearer(t, a, `{"username":"user","password":"Abcdef-1234"}`)

	a.want("POST", "/api/auth/password/reset/", `{"email":"user@example.com"}`, 200, sent)
	link = resetLink.FindStringSubmatch(out.next(t).Text)
	page := "/account/reset/" + link[1] + "/" + link[2] + "/"
	a.want("GET", page, "", 200, "")
	a.want("POST", page, "form:new_password1=Abcdef-1239&new_password2=Abcdef-12", 400, "")
	a.want("POST", page, "form:new_password1=Abcdef-1239&new_password2=Abcdef-1239", 200, "")
	a.want("GET", page, "", 404, "")
	bearer(t, a, `{"username":"user","password":"Abcdef-1239"}`)
}

func TestRegistration(t *testing.T) {
	closed, _ := startAccounts(t, `{}`)
	closed.want("POST", "/api/auth/registration/", `{}`, 403, `{"detail":"Registration is not open."}`)
	a, out := startAccounts(t, `{"registration":true,"email_verification":"mandatory"}`)
	a.want("POST", "/api/auth/registration/", `{}`, 400, `{"username":["This field is required."],"email":["This field is required."],`+
		`"password1":["This field is required."],"password2":["This field is required."]}`)
	a.want("POST", "/api/auth/registration/", `{"username":"user","email":"x","password1":"123","password2":"y"}`, 400,
		`{"username":["A user with that username already exists."],"email":["Enter a valid email address."],"password1":[`+
			`"This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}`)
	a.want("POST", "/api/auth/registration/", `{"username":"new","email":"new@example.com","password1":"Abcdef-1234","password2":"y"}`, 400,
		`{"non_field_errors":["The two password fields didn't match."]}`)
	const login = `{"username":"new","password":"Abcdef-1234"}`
	a.want("POST", "/api/auth/registration/", `{"username":"new","email":"new@EXAMPLE.com","password1":"Abcdef-1234","password2":"Abcdef-1234","is_superuser":true}`,
		201, `{"detail":"Verification e-mail sent."}`)
	a.want("POST", "/api/auth/login/", login, 400, `{"non_field_errors":["E-mail is not verified."]}`)
	a.want("POST", "/api/token/", login, 401, `{"detail":"No active account found with the given credentials"}`)
	out.next(t)
	a.want("POST", "/api/auth/registration/resend-email/", `{"email":"new@example.com"}`, 200, `{"detail":"ok"}`)
	m := out.next(t)
	key := regexp.MustCompile(`/account/verify-email/([^/]+)/`).FindStringSubmatch(m.Text)
	if m.To != "new@example.com" || key == nil {
		t.Fatalf("mail: %+v", m)
	}
	a.want("POST", "/api/auth/registration/verify-email/", `{"key":"x"}`, 404, `{"detail":"Not found."}`)
	a.want("GET", key[0], "", 200, "")
	a.want("POST", "/api/auth/login/", login, 400, "") // opening the link changed nothing
	a.want("POST", "/api/auth/registration/verify-email/", `{"key":"`+key[1]+`"}`, 200, `{"detail":"ok"}`)
	text := a.want("POST", "/api/auth/login/", login, 200, "")
	if !strings.Contains(text, `"email":"new@example.com"`) {
		t.Errorf("log-in: %s", text)
	}
	a.want("POST", "/api/auth/registration/", `{"username":"new2","email":"NEW@example.com","password1":"Abcdef-1234","password2":"Abcdef-1234"}`,
		400, `{"email":["User is already registered with this e-mail address."]}`)
}

func TestEmailChange(t *testing.T) {
	a, out := startAccounts(t, `{}`)
	user := bearer(t, a, loginUser)
	user.want("POST", "/api/auth/email/change/", `{"email":"new@example.com"}`, 400, `{"password":["This field is required."]}`)
	user.want("POST", "/api/auth/email/change/", `{"email":"new@example.com","password":"x"}`, 400, `{"password":["The password is wrong."]}`)
	user.want("POST", "/api/auth/email/change/", `{"email":"new@example.com","password":"user-Pass-123"}`, 200, "")
	m := out.next(t)
	key := regexp.MustCompile(`/account/change-email/([^/]+)/`).FindStringSubmatch(m.Text)
	if m.To != "new@example.com" || key == nil {
		t.Fatalf("mail: %+v", m)
	}
	if text := user.want("GET", "/api/auth/user/", "", 200, ""); member(t, text, "email") != "user@example.com" {
		t.Errorf("the address changed before it was confirmed: %s", text)
	}
	a.want("POST", key[0], "", 200, "")
	if m := out.next(t); m.To != "user@example.com" {
		t.Errorf("the old address was told nothing: %+v", m)
	}
	if text := user.want("GET", "/api/auth/user/", "", 200, ""); member(t, text, "email") != "new@example.com" {
		t.Errorf("the address did not change: %s", text)
	}
	a.want("POST", "/api/auth/email/change/confirm/", `{"key":"`+key[1]+`"}`, 404, "")
}

func TestLoginsAndKeys(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	one, two, admin := bearer(t, a, loginUser), bearer(t, a, loginUser), bearer(t, a, `{"username":"admin","password":"admin-Pass-123"}`)
	var list []struct {
		ID      string
		User    string
		Current bool
	}
	get := func(c *account, path string) {
		t.Helper()
		list = nil
		if err := json.Unmarshal([]byte(c.want("GET", path, "", 200, "")), &list); err != nil {
			t.Fatal(err)
		}
	}
	get(one, "/api/auth/sessions/")
	if len(list) != 2 || list[0].Current == list[1].Current {
		t.Fatalf("log-ins: %+v", list)
	}
	other := list[0].ID
	if list[0].Current {
		other = list[1].ID
	}
	one.want("GET", "/api/auth/sessions/?user=*", "", 403, "")
	one.want("DELETE", "/api/auth/sessions/"+other+"/", "", 204, "")
	two.want("GET", "/api/auth/user/", "", 401, "")
	one.want("GET", "/api/auth/user/", "", 200, "")
	get(admin, "/api/auth/sessions/?user=2")
	if len(list) != 1 || list[0].User != "2" {
		t.Fatalf("the user's log-ins: %+v", list)
	}
	mine := list[0].ID
	get(admin, "/api/auth/sessions/")
	one.want("DELETE", "/api/auth/sessions/"+list[0].ID+"/", "", 404, "")
	admin.want("DELETE", "/api/auth/sessions/"+mine+"/", "", 204, "")
	one.want("GET", "/api/auth/user/", "", 401, "")

	user := bearer(t, a, loginUser)
	user.want("POST", "/api/auth/keys/", `{"name":"","scopes":["x"],"expires":"2001-01-01"}`, 400, `{"name":["This field may not be blank."]}`)
	user.want("POST", "/api/auth/keys/", `{"name":"ci","expires":"2001-01-01T00:00:00Z"}`, 400, `{"expires":["This time is past."]}`)
	text := user.want("POST", "/api/auth/keys/", `{"name":"ci","scopes":["account"]}`, 201, "")
	key := a.with("Authorization", "Api-Key "+member(t, text, "key"))
	key.want("GET", "/api/auth/user/", "", 200, "")
	key.want("POST", "/api/auth/keys/", `{"name":"more"}`, 403, "")
	if text := user.want("GET", "/api/auth/keys/", "", 200, ""); strings.Contains(text, `"key"`) {
		t.Errorf("the list shows the secret: %s", text)
	}
	user.want("PATCH", "/api/auth/keys/"+member(t, text, "id")+"/", `{"scopes":["articles:read"]}`, 200, "")
	key.want("GET", "/api/auth/user/", "", 403, "")
	user.want("DELETE", "/api/auth/keys/"+member(t, text, "id")+"/", "", 204, "")
	key.want("GET", "/api/auth/user/", "", 401, `{"detail":"Invalid API key."}`)
}

// TestKeyScopes: a key reaches no further than its scopes, though its user is a superuser.
func TestKeyScopes(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	admin := bearer(t, a, `{"username":"admin","password":"admin-Pass-123"}`)
	key := func(scopes string) *account {
		text := admin.want("POST", "/api/auth/keys/", `{"name":"ci","scopes":`+scopes+`}`, 201, "")
		return a.with("Authorization", "Api-Key "+member(t, text, "key"))
	}
	all, some := key(`[]`), key(`["articles:read"]`)
	for _, c := range []struct {
		method, path, body string
		all, some          int
	}{
		{"GET", "/api/_/records/articles/1/", "", 200, 200},
		{"PATCH", "/api/_/records/articles/1/", `{"views":7}`, 200, 403},
		{"GET", "/api/_/records/tags/1/", "", 200, 403},
		{"POST", "/api/_/schema/plan/", `{"document":{}}`, 200, 403},
		{"GET", "/api/auth/user/", "", 200, 403},
		{"POST", "/api/auth/keys/", `{"name":"x"}`, 403, 403},
	} {
		all.want(c.method, c.path, c.body, c.all, "")
		some.want(c.method, c.path, c.body, c.some, "")
	}
}

// TestBehindProxy: a trusted proxy tells where a client is and that it speaks https; what the client itself writes into
// the header counts for nothing.
func TestBehindProxy(t *testing.T) {
	a, _ := startAccounts(t, `{}`, func(c *server.Config) { c.TrustedProxies = []string{"127.0.0.1"} })
	proxied := a.with("X-Forwarded-For", "203.0.113.9, 198.51.100.7").with("X-Forwarded-Proto", "https")
	req, err := http.NewRequest("POST", a.base+"/api/auth/login/", strings.NewReader(loginUser))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range proxied.header {
		req.Header.Set(k, v)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	cookies := strings.Join(resp.Header.Values("Set-Cookie"), "\n")
	for _, want := range []string{"__Host-couplet_access=", "__Host-couplet_refresh=", "csrftoken=", "; HttpOnly; Secure; SameSite=Lax"} {
		if !strings.Contains(cookies, want) {
			t.Errorf("%q is missing in:\n%s", want, cookies)
		}
	}
	if text := bearer(t, proxied, loginUser).want("GET", "/api/auth/sessions/", "", 200, ""); strings.Count(text, `"ip":"198.51.100.7"`) != 2 {
		t.Errorf("log-ins: %s", text)
	}
	direct, _ := startAccounts(t, `{}`)
	spoofed := direct.with("X-Forwarded-For", "203.0.113.9")
	if text := bearer(t, spoofed, loginUser).want("GET", "/api/auth/sessions/", "", 200, ""); !strings.Contains(text, `"ip":"127.0.0.1"`) {
		t.Errorf("an untrusted header counts: %s", text)
	}
}

func TestDeleteAndExport(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	user := bearer(t, a, loginUser)
	text := user.want("GET", "/api/auth/export/", "", 200, "")
	if strings.Contains(text, "pbkdf2") || strings.Contains(text, "argon2") || !strings.Contains(text, `"username":"user"`) || !json.Valid([]byte(text)) {
		t.Errorf("export: %s", text)
	}
	user.want("DELETE", "/api/auth/user/", "", 400, `{"password":["This field is required."]}`)
	user.want("DELETE", "/api/auth/user/", `{"password":"user-Pass-123"}`, 204, "")
	user.want("GET", "/api/auth/user/", "", 401, `{"detail":"User not found","code":"user_not_found"}`)
	a.want("POST", "/api/token/", loginUser, 401, "")
}

func TestLoginPage(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	b := a.browser()
	text := b.want("GET", "/api-auth/login/?next=/api/tags/", "", 200, "")
	token := regexp.MustCompile(`name="csrfmiddlewaretoken" value="([^"]+)"`).FindStringSubmatch(text)
	if token == nil || !strings.Contains(text, `value="/api/tags/"`) {
		t.Fatalf("page: %s", text)
	}
	const form = "form:username=user&password="
	b.want("POST", "/api-auth/login/", form+"user-Pass-123", 403, "")
	if text := b.want("POST", "/api-auth/login/", form+"x&csrfmiddlewaretoken="+token[1], 200, ""); !strings.Contains(text, "Please enter a correct username") {
		t.Errorf("wrong password: %s", text)
	}
	b.want("POST", "/api-auth/login/", form+"user-Pass-123&csrfmiddlewaretoken="+token[1]+"&next=//evil.example/", 302, "")
	b.want("GET", "/api/auth/user/", "", 200, "")
	const comment = `{"article":5,"author_name":"Quinn","body":"A new comment"}`
	b.want("POST", "/api/comments/", comment, 403, `{"detail":"CSRF Failed: CSRF token missing."}`)
	safe := b.with("X-CSRFToken", b.cookie("csrftoken"))
	safe.want("POST", "/api/comments/", comment, 201, "")
	b.want("GET", "/api-auth/logout/", "", 405, "")
	b.want("POST", "/api-auth/logout/", "", 403, "")
	safe.want("POST", "/api-auth/logout/", "", 200, "")
	b.want("GET", "/api/auth/user/", "", 401, "")
}

func TestJWKS(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	text := a.want("GET", "/.well-known/jwks.json", "", 200, "")
	if !strings.Contains(text, `"kty":"EC"`) || strings.Contains(text, `"d":`) {
		t.Errorf("JWKS: %s", text)
	}
}
