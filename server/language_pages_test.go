package server_test

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// browse asks for a page as a browser does, and reads it.
func (a *account) browse(language, path string, headers ...string) (*http.Response, string) {
	a.t.Helper()
	req, err := http.NewRequest(http.MethodGet, a.base+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if language != "" {
		req.Header.Set("Accept-Language", language)
	}
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp, html.UnescapeString(string(text))
}

// TestGermanPages asks for the pages that the server renders, in both languages.
func TestGermanPages(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	user := bearer(t, a, loginUser)
	for _, c := range []struct {
		who             *account
		path            string
		status          int
		english, german string // parts, by "|"
	}{
		{a, "/api/", 200, "<h1>Api Root</h1>|>Log in</a>|>Go to the answer<", "<h1>API-Übersicht</h1>|>Anmelden</a>|>Zur Antwort<"},
		{a, "/api/articles/?status=published&page_size=2", 200, "<h1>Article List</h1>|Search</label>|id, descending|>Apply<|Remove status = published| records<|>Next<|>any<",
			"<h1>Article: Liste</h1>|Suche</label>|id, absteigend|>Anwenden<|status = published entfernen| Datensätze<|>Weiter<|>beliebig<"},
		{a, "/api/articles/?title=Hello%2C%20world", 200, ">0 records<", ">0 Datensätze<"},
		{a, "/api/articles/?id=1", 200, ">1 record<", ">1 Datensatz<"},
		{user, "/api/articles/1/", 200, "<h1>Article Instance</h1>|>Log out<", "<h1>Article: Datensatz</h1>|>Abmelden<|user"},
		{a, "/api/articles/0/", 404, "No Article matches the given query.", "Kein Objekt „Article“ entspricht der Anfrage."},
		{a, "/api/articles/?page=0", 404, "Invalid page.", "Ungültige Seite."},
		{a, "/api/articles/?views__gt=x", 400, "Enter a number.", "Bitte eine Zahl eingeben."},
		{a, "/api/auth/user/", 401, "<h1>User Details</h1>|The account of the caller.|Authentication credentials were not provided.", "<h1>Eigenes Konto</h1>|Das eigene Konto.|Anmeldedaten fehlen."},
		{a, "/api/schema/swagger-ui/", 200, "Swagger UI needs scripts. The document itself:", "Swagger UI braucht Skripte. Das Dokument selbst:"},
		{a, "/api/schema/redoc/", 200, "Redoc needs scripts.", "Redoc braucht Skripte."},
		{a, "/api-auth/login/", 200, "<h1>Log in</h1>|Username</label>|Password</label>", "<h1>Anmelden</h1>|Benutzername</label>|Passwort</label>"},
		{a, "/api-auth/logout/", 405, "<h1>Method not allowed</h1>", "<h1>Methode nicht erlaubt</h1>"},
		{a, "/account/reset/MQ/x-y/", 404, "<h1>Password reset</h1>|This link is not good any more.", "<h1>Passwort zurücksetzen</h1>|Dieser Link gilt nicht mehr."},
		{a, "/account/verify-email/x/", 200, "<h1>Confirm your e-mail address</h1>|>Confirm<", "<h1>E-Mail-Adresse bestätigen</h1>|>Bestätigen<"},
		{a, "/account/change-email/x/", 200, "<h1>Confirm your new e-mail address</h1>", "<h1>Neue E-Mail-Adresse bestätigen</h1>"},
	} {
		for _, l := range []struct{ header, tag, want string }{{"", "en", c.english}, {"fr, en;q=0.5", "en", c.english}, {inGerman, "de", c.german}} {
			resp, text := c.who.browse(l.header, c.path)
			vary := strings.Join(resp.Header.Values("Vary"), ", ")
			if resp.StatusCode != c.status || resp.Header.Get("Content-Language") != l.tag || !strings.Contains(vary, "Accept-Language") {
				t.Errorf("%s in %q: %d, Content-Language %q, Vary %q", c.path, l.header, resp.StatusCode, resp.Header.Get("Content-Language"), vary)
			}
			contains(t, text, append(strings.Split(l.want, "|"), `<html lang="`+l.tag+`">`)...)
		}
	}
}

// TestGermanForms sends forms of pages in German.
func TestGermanForms(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	b := a.browser().with("Accept-Language", inGerman)
	contains(t, b.want("POST", "/api-auth/login/", "form:username=user&password=x", 403, ""),
		"<h1>Verboten (403)</h1>", "CSRF-Verifizierung fehlgeschlagen. Anfrage abgebrochen.", "CSRF-Cookie nicht gesetzt.")
	token := regexp.MustCompile(`name="csrfmiddlewaretoken" value="([^"]+)"`).FindStringSubmatch(b.want("GET", "/api-auth/login/", "", 200, ""))
	if token == nil {
		t.Fatal("the log-in has no token")
	}
	contains(t, b.want("POST", "/api-auth/login/", "form:username=user&password=x&csrfmiddlewaretoken="+token[1], 200, ""), "Bitte Benutzername und Passwort eingeben.")
	b.want("POST", "/api-auth/login/", "form:username=admin&password=admin-Pass-123&csrfmiddlewaretoken="+token[1], 302, "")
	_, text := b.browse(inGerman, "/api/articles/1/")
	contains(t, text, "Article: Datensatz löschen?", "Was davon abhängt, wird vielleicht mitgelöscht.", "PUT oder PATCH", "Medientyp</label>", "Inhalt</label>", "Strg+Eingabe sendet ab.",
		`data-unsent="Die Anfrage wurde nicht gesendet."`)
	contains(t, b.with("X-CSRFToken", b.cookie("csrftoken")).want("POST", "/api-auth/logout/", "", 200, ""), "<h1>Abgemeldet</h1>", "Vielen Dank")
}

// TestPagesAreNotTagged holds that a page is never taken for one in another language, or of another reader: what a browser
// kept of a record is not confirmed by the record's tag.
func TestPagesAreNotTagged(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	for _, path := range []string{"/api/articles/1/", "/api/tags/"} {
		resp, english := a.browse("en", path)
		shown := regexp.MustCompile(`<dt>ETag</dt><dd>"([^"]+)"</dd>`).FindStringSubmatch(english)
		if shown == nil || resp.Header.Get("ETag") != "" {
			t.Fatalf("%s: shows the tag %q, is tagged %q", path, shown, resp.Header.Get("ETag"))
		}
		tag := `"` + shown[1] + `"`
		if resp, text := a.browse(inGerman, path, "If-None-Match", tag); resp.StatusCode != 200 || !strings.Contains(text, "API-Übersicht") {
			t.Errorf("%s in German, with the tag of the record: %d", path, resp.StatusCode)
		}
		if status, _ := a.with("If-None-Match", tag).call("GET", path, ""); status != 304 {
			t.Errorf("%s as JSON: %d", path, status)
		}
	}
}
