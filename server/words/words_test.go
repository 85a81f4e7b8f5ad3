package words_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/words"
)

func TestPreferred(t *testing.T) {
	for header, want := range map[string]words.Language{
		"": words.English, "de": words.German, "de-AT,de;q=0.9,en;q=0.8": words.German, "DE": words.German,
		"en-US,en;q=0.9,de;q=0.8": words.English, "en;q=0.5, de;q=0.7": words.German, "fr": words.English,
		"fr, de;q=0.3": words.German, "de;q=0, en": words.English, "*": words.English, "gsw": words.German, "nonsense de;;q=x": words.English,
	} {
		if got := words.Preferred(header); got != want {
			t.Errorf("%q: %s, not %s", header, got, want)
		}
	}
}

// TestWishes holds that what somebody chose comes before what their browser asks for, if it can be had.
func TestWishes(t *testing.T) {
	for _, c := range []struct {
		chosen, header string
		want           words.Language
	}{
		{"de", "en", words.German}, {"de-CH", "en-US,en;q=0.9", words.German}, {"en", "de", words.English}, {"en-GB", "de-AT,de;q=0.9", words.English},
		{"", "de", words.German}, {"fr", "de-AT", words.German}, {"fr", "", words.English}, {"de", "", words.German}, {"", "", words.English},
		{"de", strings.Repeat("x", 600), words.German},
	} {
		if got := words.Preferred(c.chosen, c.header); got != c.want {
			t.Errorf("%q, then %q: %s", c.chosen, c.header, got)
		}
	}
}

// TestPreferredRemembers asks for more headers than are remembered, twice.
func TestPreferredRemembers(t *testing.T) {
	for range 2 {
		for i := range 1500 {
			q := fmt.Sprintf(";q=0.%04d", i+1)
			if got := words.Preferred("de" + q); got != words.German {
				t.Fatalf("de%s: %s", q, got)
			}
			if got := words.Preferred("fr,en" + q + ",de;q=0.00001"); got != words.English {
				t.Fatalf("en%s: %s", q, got)
			}
		}
	}
}

// TestText says texts in every language, those of counts in the form that the count has.
func TestText(t *testing.T) {
	for _, c := range []struct {
		language words.Language
		format   string
		args     []any
		want     string
	}{
		{words.English, "%d records", []any{1}, "1 record"}, {words.English, "%d records", []any{int64(0)}, "0 records"}, {"", "%d records", []any{2}, "2 records"},
		{words.German, "%d records", []any{1}, "1 Datensatz"}, {words.German, "%d records", []any{int64(0)}, "0 Datensätze"}, {words.German, "%d records", []any{1000}, "1000 Datensätze"},
		{words.German, "Log in", nil, "Anmelden"}, {words.English, "Log in", nil, "Log in"}, {"xx", "Log in", nil, "Log in"},
		{words.German, "Delete %s?", []any{"100 %s"}, "100 %s löschen?"}, {words.German, "Nobody says this.", nil, "Nobody says this."},
	} {
		if got := c.language.Text(c.format, c.args...); got != c.want {
			t.Errorf("%s: %q, not %q", c.language, got, c.want)
		}
	}
}

// TestSay says messages as the server makes them: whole ones, with places, of several sentences, with words in the places.
func TestSay(t *testing.T) {
	for message, want := range map[string]string{
		"This field is required.":                                   "Dieses Feld ist zwingend erforderlich.",
		"Ensure this value is greater than or equal to 3.":          "Stelle sicher, dass dieser Wert größer oder gleich 3 ist.",
		`"a of b" is not a valid choice.`:                           `"a of b" ist keine gültige Option.`,
		"No Article matches the given query.":                       "Kein Objekt „Article“ entspricht der Anfrage.",
		"JSON parse error - the body is empty":                      "Fehler beim Lesen von JSON - der Inhalt ist leer",
		"Request was throttled. Expected available in 20 seconds.":  "Die Anfrage wurde gedrosselt. Erwarte Verfügbarkeit in 20 Sekunden.",
		"Drop field body of notes. The value is lost in 3 records.": "Feld body von notes löschen. Der Wert geht in 3 Datensätzen verloren.",
		"This change loses data: Drop field body of notes. The value is lost in 1 record. (s1) Name the steps in consent.":                      "Diese Änderung verliert Daten: Feld body von notes löschen. Der Wert geht in 1 Datensatz verloren. (s1) Nennen Sie die Schritte in consent.",
		"1:3: title is a text, not a condition. Use has(title) to ask whether there is a value, or compare it.\n1:9: There is nothing named x.": "1:3: title ist ein Text, keine Bedingung. Fragen Sie mit has(title), ob es einen Wert gibt, oder vergleichen Sie ihn.\n1:9: Es gibt nichts namens x.",
		"This must be a list, not an object.":                                       "Dies muss eine Liste sein, nicht ein Objekt.",
		"denied: rule `change` of articles, clause `author == user.id`: 3 is not 7": "abgelehnt: Regel `change` von articles, Bedingung `author == user.id`: 3 ist nicht 7",
		"Articles of this project begin with a capital.":                            "Articles of this project begin with a capital.",
		"Line 3: the file has more than 5 rows":                                     "Zeile 3: die Datei hat mehr als 5 Zeilen",
		"Invalid data. Expected a dictionary, but got str.":                         "Ungültige Daten. Dictionary erwartet, aber str erhalten.",
		"1:4: Unexpected end. Expected ).":                                          "1:4: Unerwartet: end. Erwartet: ).",
		"This is not allowed.":                                                      "This is not allowed.",
		"":                                                                          "",
	} {
		if got := words.German.Say(message); got != want {
			t.Errorf("%q:\n%q, not\n%q", message, got, want)
		}
		if got := words.English.Say(message); got != message {
			t.Errorf("English: %q for %q", got, message)
		}
	}
}
