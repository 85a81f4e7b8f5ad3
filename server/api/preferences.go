package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// The limits of preferences.
const (
	maxPreferences      = 64 << 10
	maxPreferencesDepth = 16
)

// preferencesBody names the members that are checked. Any others are kept as they are.
type preferencesBody struct {
	Theme     string `json:"theme" openapi:"optional,enum=light|dark|system"`
	Density   string `json:"density" openapi:"optional,enum=comfortable|dense"`
	Language  string `json:"language" openapi:"optional" doc:"BCP 47, such as de."`
	Zone      string `json:"zone" openapi:"optional" doc:"IANA, such as Europe/Berlin."`
	Shortcuts bool   `json:"shortcuts" openapi:"optional" doc:"false: single letters do nothing."`
}

// preferenceOperations lists the system API's part about what a user prefers.
func (a *API) preferenceOperations() []operation {
	path := systemPrefix + "preferences/"
	return []operation{
		{handle: (*Call).readPreferences, Operation: openapi.Operation{
			Method: "GET", Path: path, ID: "preferences_retrieve", Summary: "The caller's preferences", Response: preferencesBody{},
		}},
		{handle: (*Call).changePreferences, Operation: openapi.Operation{
			Method: "PATCH", Path: path, Summary: "Change the caller's preferences by a JSON merge patch: null takes a member away",
			Request: preferencesBody{}, Response: preferencesBody{}, Errors: []int{400, 412, 413}, Parameters: ifMatch("The version that was read."),
		}},
	}
}

func (c *Call) readPreferences() (any, error) {
	var text string
	var version int64
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		text, version, err = store.Preferences(conn, c.userID())
		return err
	})
	if err != nil {
		return nil, err
	}
	return tagVersion(http.StatusOK, json.RawMessage(text), version)
}

func (c *Call) changePreferences() (any, error) {
	raw, err := c.rawBody()
	if err != nil {
		return nil, err
	}
	patch, err := jsonObject(raw)
	if err != nil {
		return nil, err
	}
	o := &store.Owned{Kind: store.OwnedPreferences, ID: c.userID(), Owner: c.userID(), Created: c.API.Store.Now()}
	_, err = c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
		text, version, err := store.Preferences(tx.Conn, o.ID)
		if err != nil {
			return err
		}
		if err := c.isVersion(version, false); err != nil {
			return err
		}
		had, err := jsonObject([]byte(text))
		if err != nil {
			return err
		}
		o.Version = version
		if o.Body, err = mergedPreferences(had, patch); err != nil {
			return err
		}
		return c.saveOwned(tx, o)
	})
	if err != nil {
		return nil, err
	}
	return tagVersion(http.StatusOK, json.RawMessage(o.Body), o.Version)
}

// languageOf is the language of mails to an account: the one that its person prefers, or else what suits the request
// that causes the mail, by its Accept-Language.
func (a *API) languageOf(ctx context.Context, account *auth.Account, wish string) words.Language {
	var own preferencesBody
	err := a.Auth.Read(ctx, func(conn db.Conn) error {
		text, _, err := store.Preferences(conn, account.ID)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &own)
	})
	if err != nil { // the mail is worth more than its language
		a.Log.WarnContext(ctx, "the language of a mail is not known", "user", account.ID, "error", err)
	}
	return words.Preferred(own.Language, wish)
}

// jsonObject reads an object whose numbers stay as they are written.
func jsonObject(raw []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var out map[string]any
	if err := d.Decode(&out); err != nil {
		return nil, decodeError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, rest.ParseError("JSON parse error - there is something after the end of the value")
	}
	if out == nil {
		return nil, rest.ParseError("The body must be a JSON object, not null.")
	}
	return out, nil
}

// mergedPreferences applies a patch (RFC 7396) and returns the text, within its limits.
func mergedPreferences(had, patch map[string]any) (string, error) {
	if deep(patch, maxPreferencesDepth) {
		return "", rest.ParseError("Preferences are nested deeper than 16 levels.")
	}
	now := mergePatch(had, patch)
	if errs := checkPreferences(now); !errs.Empty() {
		return "", rest.Validation(errs)
	}
	text, err := encode(now)
	if len(text) > maxPreferences {
		return "", rest.TooLarge("Preferences may have 64 KiB.")
	}
	return string(text), err
}

func mergePatch(into, patch map[string]any) map[string]any {
	for name, v := range patch {
		switch v := v.(type) {
		case nil:
			delete(into, name)
		case map[string]any:
			had, _ := into[name].(map[string]any)
			if had == nil {
				had = map[string]any{}
			}
			into[name] = mergePatch(had, v)
		default:
			into[name] = v
		}
	}
	return into
}

// deep reports whether a value has more than so many levels.
func deep(v any, levels int) bool {
	below := func(v any) bool { return deep(v, levels-1) }
	switch v := v.(type) {
	case map[string]any:
		if levels == 0 {
			return true
		}
		for _, item := range v {
			if below(item) {
				return true
			}
		}
	case []any:
		return levels == 0 || slices.ContainsFunc(v, below)
	}
	return false
}

// checkPreferences holds the members that something depends on against what they may be.
func checkPreferences(p map[string]any) *rest.Errors {
	errs := &rest.Errors{}
	check := func(name, message string, good func(any) bool) {
		if v, there := p[name]; there && !good(v) {
			errs.Put(name, rest.Fail(message, "invalid"))
		}
	}
	text := func(good func(string) bool) func(any) bool {
		return func(v any) bool {
			s, is := v.(string)
			return is && good(s)
		}
	}
	oneOf := func(names ...string) func(any) bool {
		return text(func(s string) bool { return slices.Contains(names, s) })
	}
	check("theme", "This is light, dark or system.", oneOf("light", "dark", "system"))
	check("density", "This is comfortable or dense.", oneOf("comfortable", "dense"))
	check("language", "This is no language, such as de.", text(func(s string) bool {
		_, err := language.Parse(s)
		return err == nil && s != ""
	}))
	check("zone", "This is no time zone, such as Europe/Berlin.", text(func(s string) bool {
		_, err := time.LoadLocation(s)
		return err == nil && strings.TrimSpace(s) != "" && s != "Local"
	}))
	check("shortcuts", "This is true or false.", func(v any) bool {
		_, is := v.(bool)
		return is
	})
	return errs
}
