package settings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

var errUnknown = errors.New("there is no such setting")

// Invalid says what is wrong with the values of settings, by name.
type Invalid map[string]string

func (e Invalid) Error() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e)) {
		parts = append(parts, name+": "+e[name])
	}
	return "settings: " + strings.Join(parts, "; ")
}

// Change stores values and applies them at once; null takes a stored one away. All are good or none is taken. The error
// is an Invalid, or that of storing or applying.
func (s *Settings) Change(ctx context.Context, in map[string]json.RawMessage) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	wrong, changes, kept := Invalid{}, map[string]Change{}, maps.Clone(s.stored)
	for name, raw := range in {
		change, stored, err := s.prepare(name, raw)
		if err != nil {
			wrong[name] = sentence(err)
			continue
		}
		changes[name] = change
		if delete(kept, name); stored {
			kept[name] = change.Text
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if err := s.save(ctx, string(text)); err != nil {
		return err
	}
	s.stored = kept
	return s.apply(changes)
}

func (s *Settings) apply(changes map[string]Change) (failed error) {
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		g := s.find(name)
		g.Value, g.Source = changes[name].Text, Default
		if _, stored := s.stored[name]; stored {
			g.Source = Stored
		}
		if err := changes[name].Apply(); err != nil {
			failed = errors.Join(failed, fmt.Errorf("settings: %s: %w", name, err))
		}
	}
	return failed
}

// prepare looks at one value. stored is false where the default shall count again.
func (s *Settings) prepare(name string, raw json.RawMessage) (change Change, stored bool, err error) {
	g := s.find(name)
	if g == nil {
		return Change{}, false, errUnknown
	}
	flag := "--" + strings.ReplaceAll(name, "_", "-")
	l, live := s.live[name]
	if !live {
		return Change{}, false, errors.New("this is set when the server starts, with " + flag)
	}
	switch g.Source {
	case Flag:
		return Change{}, false, errors.New("this is set on the command line with " + flag + ", which wins. Change it there")
	case Environment:
		return Change{}, false, errors.New("this is set by the environment variable COUPLET_" + strings.ToUpper(name) + ", which wins. Change it there")
	case File:
		return Change{}, false, errors.New("this is set in the configuration file, which wins. Change it there")
	}
	if string(raw) == "null" {
		change, err = l.Prepare(l.Default, g.Value)
		return change, false, err
	}
	text, err := textOf(l.Kind, raw)
	if err != nil {
		return Change{}, false, err
	}
	change, err = l.Prepare(text, g.Value)
	return change, true, err
}

// textOf is a JSON value as flags are written.
func textOf(k Kind, raw json.RawMessage) (string, error) {
	if k == Number {
		var n int64
		if err := json.Unmarshal(raw, &n); err != nil {
			return "", errors.New("this must be a whole number")
		}
		return strconv.FormatInt(n, 10), nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return "", errors.New("this must be a text")
	}
	return text, nil
}

// sentence is an error as a person reads it.
func sentence(err error) string {
	text := err.Error()
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
