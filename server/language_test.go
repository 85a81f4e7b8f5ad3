package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

const inGerman = "de-AT,de;q=0.9,en;q=0.5"

// TestGerman asks in German for messages of every kind; the same requests in English are told English ones.
func TestGerman(t *testing.T) {
	w := newWorld(t)
	plan := strings.Replace(systemSchema, `"stars": {"type": "integer", "default": 0},`, "", 1)
	plan = strings.Replace(plan, `"rules": {"change": "stars < 5"}`, `"rules": {}`, 1)
	plan = strings.ReplaceAll(plan, "owner == user.id || stars > 0", "owner == user.id")
	quoted := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, c := range []struct {
		who                *account
		method, path, body string
		english, german    string
	}{
		{w.root, "POST", notesPath, `{}`, `{"title":["This field is required."]}`, `{"title":["Dieses Feld ist zwingend erforderlich."]}`},
		{w.root, "POST", notesPath, `{"title":"x","stars":"a"}`, "A valid integer is required.", "Eine gültige Ganzzahl ist erforderlich."},
		{w.root, "GET", notesPath + "99/", "", "No Note matches the given query.", "Kein Objekt „Note“ entspricht der Anfrage."},
		{w.visitor(), "GET", "/api/notes/", "", "Authentication credentials were not provided.", "Anmeldedaten fehlen."},
		{w.visitor(), "GET", "/api/nowhere/", "", "Not found.", "Nicht gefunden."},
		{w.nobody, "POST", notesPath, `{"title":"x"}`, "You do not have permission to perform this action.", "Sie sind nicht berechtigt, diese Aktion durchzuführen."},
		{w.root, "TRACE", notesPath, "", `Method \"TRACE\" not allowed.`, `Methode \"TRACE\" nicht erlaubt.`},
		{w.root, "GET", notesPath + "?filter=title", "", "title is a text, not a condition.", "title ist ein Text, keine Bedingung."},
		{w.root, "POST", "/api/_/expr/check/", `{"collection":"notes","expr":"stars > 'x'"}`, "cannot be compared with a text.", "kann nicht mit einem Text verglichen werden."},
		{w.root, "POST", "/api/_/schema/plan/", `{"document":` + plan + `}`, "Drop field stars of notes.", "Feld stars von notes löschen."},
		{w.root, "POST", "/api/_/schema/plan/", `{"document":{"collections":{"a":{"fields":{"b":{}}}}}}`, "The field has no type.", "Das Feld hat keinen Typ."},
		{w.root, "GET", "/api/_/doctor/", "", "The tables are as the schema document says.", "Die Tabellen sind, wie das Schemadokument sagt."},
		{w.root, "POST", "/api/_/imports/?collection=notes&format=csv", "title,stars\nfour,many\n", "A valid integer is required.", "Eine gültige Ganzzahl ist erforderlich."},
		{w.root, "POST", "/api/_/batch/", `{"requests":[{"method":"POST","path":"/api/notes/","body":{}}]}`, "This field is required.", "Dieses Feld ist zwingend erforderlich."},
		{w.wendy, "POST", notesPath + "bulk/", `{"ids":[2,1],"set":{"stars":4}}`, "1 of 2 records were refused; nothing was changed.", "1 von 2 Datensätzen wurden abgelehnt; nichts wurde geändert."},
		{w.root, "GET", "/api/_/records/notes/2/?explain=1&as=", "", "no role of anonymous users grants view on notes", "keine Rolle von anonyme Benutzer gewährt view auf notes"},
		{w.visitor(), "POST", "/api/auth/login/", `{"username":"root","password":"wrong"}`, "Unable to log in with provided credentials.", "Die angegebenen Zugangsdaten stimmen nicht."},
		{w.visitor(), "POST", "/api/token/", `{"username":"root","password":"wrong"}`, "No active account found with the given credentials", "Kein aktiver Account mit diesen Zugangsdaten gefunden"},
	} {
		for language, want := range map[string]string{"en": c.english, inGerman: c.german} {
			status, text := c.who.with("Accept-Language", language).call(c.method, c.path, c.body)
			if !strings.Contains(text, want) {
				t.Errorf("%s %s in %q: %d %s\nwant %s", c.method, c.path, language, status, text, quoted(want))
			}
		}
	}
}

// TestGermanHeaders holds the headers of LocaleMiddleware, on fresh answers and on kept ones, whose records stay as they
// are.
func TestGermanHeaders(t *testing.T) {
	base := startSample(t)
	bodies := map[string]string{}
	for _, language := range []string{"", "en", inGerman, "fr", "de", ""} {
		req, err := http.NewRequest(http.MethodGet, base+"/api/tags/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if language != "" {
			req.Header.Set("Accept-Language", language)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		want := "en"
		if strings.HasPrefix(language, "de") {
			want = "de"
		}
		if got := res.Header.Get("Content-Language"); got != want || !strings.Contains(strings.Join(res.Header.Values("Vary"), ", "), "Accept-Language") {
			t.Errorf("%q: Content-Language %q, Vary %q", language, got, res.Header.Values("Vary"))
		}
		bodies[string(body)] = language
	}
	if len(bodies) != 1 {
		t.Errorf("records differ by language: %q", bodies)
	}
}

// TestGermanLive subscribes to what is refused, by a WebSocket.
func TestGermanLive(t *testing.T) {
	w := newWorld(t)
	l := w.root.with("Accept-Language", inGerman).live("")
	l.subscribe("a", "/api/nowhere/", "")
	if _, text := l.next(); !strings.Contains(text, "gibt es keine Liste und keinen Datensatz") {
		t.Error(text)
	}
}
