// Package settings knows what a server was started with: each setting, its value and where that comes from, and which of
// them may be changed while it runs. The command line wins over the environment, that over the file, that over what was
// stored, and that over the default. Secrets are never shown. It imports nothing of Couplet.
package settings

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Source is where the value of a setting comes from.
type Source string

// The sources, those that win first.
const (
	Flag        Source = "flag"
	Environment Source = "environment"
	File        Source = "file"
	Stored      Source = "stored"
	Default     Source = "default"
)

// Kind is what the value of a setting is.
type Kind string

// The kinds.
const (
	Text    Kind = "text"
	Number  Kind = "number"
	Boolean Kind = "boolean"
	List    Kind = "list"
)

// Given is a setting as the server was started with it. Values are texts, as flags are written; those of a list are
// separated by commas.
type Given struct {
	Name    string // as in a file: mail_server
	Usage   string
	Kind    Kind
	Default string
	Value   string
	Source  Source
	Choices []string
}

// Live is a setting that may be changed while the server runs.
type Live struct {
	Name, Default string
	Kind          Kind
	// Prepare looks at a value and returns what makes the server follow it. now is the value in force.
	Prepare func(text, now string) (change Change, err error)
}

// Change is what a value comes to: the text to keep, which differs where something was filled in, and what applies it.
type Change struct {
	Text  string
	Apply func() error
}

// Setting is one setting as it is shown.
type Setting struct {
	Name        string   `json:"name"`
	Flag        string   `json:"flag"`
	Environment string   `json:"environment"`
	Section     string   `json:"section" openapi:"enum=server|data|accounts|mail|history|live|log|limits"`
	Kind        Kind     `json:"kind" openapi:"enum=text|number|boolean|list"`
	Value       any      `json:"value"`
	Default     any      `json:"default"`
	Source      Source   `json:"source" openapi:"enum=flag|environment|file|stored|default"`
	Changeable  bool     `json:"changeable" doc:"It can be stored, and nothing that wins sets it."`
	Secret      bool     `json:"secret"`
	Set         bool     `json:"set" doc:"It is not empty."`
	Description string   `json:"description"`
	Choices     []string `json:"choices"`
}

// Settings are those of one server. They are safe for concurrent use.
type Settings struct {
	mu     sync.Mutex
	given  []Given
	live   map[string]Live
	stored map[string]string
	save   func(ctx context.Context, text string) error
}

// New returns the settings of a server: what it was given, what of it may be changed, and what was stored (the text that
// save got last, or ""). What was stored is applied where nothing that wins is given; problems lists what of it cannot be,
// and is left out.
func New(given []Given, live []Live, stored string, save func(context.Context, string) error) (s *Settings, problems []string) {
	s = &Settings{given: slices.Clone(given), live: map[string]Live{}, stored: map[string]string{}, save: save}
	for _, l := range live {
		s.live[l.Name] = l
		if s.find(l.Name) == nil {
			s.given = append(s.given, Given{Name: l.Name, Kind: l.Kind, Default: l.Default, Value: l.Default, Source: Default})
		}
	}
	if stored == "" {
		return s, nil
	}
	kept := map[string]string{}
	if err := json.Unmarshal([]byte(stored), &kept); err != nil {
		return s, []string{"what was stored cannot be read: " + err.Error()}
	}
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		if err := s.restore(name, kept[name]); err != nil {
			problems = append(problems, name+": "+err.Error())
		}
	}
	return s, problems
}

func (s *Settings) restore(name, text string) error {
	l, known := s.live[name]
	if !known {
		return errUnknown
	}
	s.stored[name] = text
	g := s.find(name)
	if g.Source != Default {
		return nil
	}
	change, err := l.Prepare(text, "")
	if err == nil {
		err = change.Apply()
	}
	if err != nil {
		delete(s.stored, name)
		return err
	}
	g.Value, g.Source = text, Stored
	return nil
}

func (s *Settings) find(name string) *Given {
	for i := range s.given {
		if s.given[i].Name == name {
			return &s.given[i]
		}
	}
	return nil
}

// All lists the settings in their order.
func (s *Settings) All() []Setting {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Setting, 0, len(s.given))
	for _, g := range s.given {
		out = append(out, s.show(g))
	}
	return out
}

func (s *Settings) show(g Given) Setting {
	_, live := s.live[g.Name]
	flag := strings.ReplaceAll(g.Name, "_", "-")
	return Setting{
		Name: g.Name, Flag: "--" + flag, Environment: "COUPLET_" + strings.ToUpper(g.Name), Section: SectionOf(g.Name), Kind: g.Kind,
		Value: typed(g.Kind, masked(g.Name, g.Value)), Default: typed(g.Kind, g.Default), Source: g.Source,
		Changeable: live && (g.Source == Default || g.Source == Stored), Secret: secrets[g.Name] != open, Set: g.Value != "",
		Description: g.Usage, Choices: append([]string{}, g.Choices...),
	}
}

// typed is a text as JSON shows its kind.
func typed(k Kind, text string) any {
	switch k {
	case Number:
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return json.Number(text)
		}
	case Boolean:
		return text == "true"
	case List:
		if text == "" {
			return []string{}
		}
		return strings.Split(text, ",")
	}
	return text
}
