package auth

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestValidators compares with what Django 5.2 said to these passwords for this user.
func TestValidators(t *testing.T) {
	text, err := os.ReadFile("testdata/validators.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases [][2]json.RawMessage
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	user := &Account{Username: "uma.user", FirstName: "Uma", LastName: "Ñandú", Email: "uma@example.com"}
	for _, c := range cases {
		var password string
		want, got := []string{}, []string{}
		if err := json.Unmarshal(c[0], &password); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(c[1], &want); err != nil {
			t.Fatal(err)
		}
		for _, p := range ValidatePassword(DefaultValidators, password, user.Attributes()) {
			got = append(got, p.Message)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-Django +Couplet):\n%s", password, diff)
		}
	}
}

func TestCommonPasswordIsWhole(t *testing.T) {
	for password, want := range map[string]bool{"123456": true, "fallen_angel": true, "fallen_ange": false, "allen_angel": false,
		"": false, "123456\n123456789": false, "\u00a0QWERTY\t": true} {
		if message, _ := CommonPassword(password, nil); (message != "") != want {
			t.Errorf("CommonPassword(%q) = %q", password, message)
		}
	}
}

func TestSplitNonWords(t *testing.T) {
	for s, want := range map[string][]string{"": {""}, "a": {"a"}, "a.b": {"a", "b"}, ".a--b_c. ": {"", "a", "b_c", ""}, "...": {"", ""},
		"ñu@é": {"ñu", "é"}} {
		if diff := cmp.Diff(want, splitNonWords(s)); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
	}
}
