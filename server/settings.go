package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/settings"
)

// storedSettings is under which name the database keeps the settings that were changed while a server ran.
const storedSettings = "settings"

// MaxHistoryDays is a hundred years.
const MaxHistoryDays = 36_500

// openSettings applies what was stored, below what the server was started with.
func (s *Server) openSettings(ctx context.Context) error {
	stored, err := s.store.Meta(ctx, storedSettings)
	if err != nil {
		return err
	}
	save := func(ctx context.Context, text string) error { return s.store.SetMeta(ctx, storedSettings, text) }
	var problems []string
	s.settings, problems = settings.New(s.config.Given, s.liveSettings(), stored, save)
	for _, p := range problems {
		s.config.Log.Warn("a stored setting is left out", "problem", p)
	}
	return nil
}

// liveSettings are those that may be changed while the server runs.
func (s *Server) liveSettings() []settings.Live {
	c := s.config
	list := []settings.Live{
		{Name: "public_url", Kind: settings.Text, Default: c.PublicURL, Prepare: s.preparePublicURL},
		{Name: "mail_server", Kind: settings.Text, Default: c.Mail.Server, Prepare: s.prepareMailServer},
		{Name: "mail_from", Kind: settings.Text, Default: c.Mail.From, Prepare: s.prepareMailFrom},
		number("history_days", int64(c.HistoryDays), MaxHistoryDays, func(n int64) {
			s.log.configure(func(k *logKeeper) { k.Age = days(int(n)) })
		}),
		number("history_size", c.HistorySize, 0, func(n int64) { s.log.configure(func(k *logKeeper) { k.Size = n }) }),
		number("live_per_user", int64(c.LivePerUser), maxLive, func(n int64) { s.live.Limit(int(n), -1) }),
		number("live_per_address", int64(c.LivePerAddress), maxLive, func(n int64) { s.live.Limit(-1, int(n)) }),
	}
	if level := observe.LevelOf(c.Log); level != nil {
		list = append(list, settings.Live{
			Name: "log_level", Kind: settings.Text, Default: strings.ToLower(level.Level().String()),
			Prepare: func(text, _ string) (settings.Change, error) { return prepareLevel(level, text) },
		})
	}
	for i, l := range list {
		for _, g := range c.Given { // the flag's own default, where it has one
			if g.Name == l.Name {
				list[i].Default = g.Default
			}
		}
	}
	return list
}

// maxLive bounds the limits of live connections.
const maxLive = 1 << 30

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// number is a setting that is a whole number from 0 up to most, which is as large as can be where it is 0.
func number(name string, usual, most int64, set func(int64)) settings.Live {
	return settings.Live{Name: name, Kind: settings.Number, Default: strconv.FormatInt(usual, 10),
		Prepare: func(text, _ string) (settings.Change, error) {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 {
				return settings.Change{}, errors.New("this must be a whole number from 0")
			}
			if most > 0 && n > most {
				return settings.Change{}, fmt.Errorf("this must be at most %d", most)
			}
			return settings.Change{Text: text, Apply: func() error { set(n); return nil }}, nil
		}}
}

func (s *Server) preparePublicURL(text, _ string) (settings.Change, error) {
	if text != "" && !IsURL(text, true) {
		return settings.Change{}, errors.New("write it as https://example.com")
	}
	return settings.Change{Text: text, Apply: func() error { s.publicURL.Store(&text); return nil }}, nil
}

// IsURL reports whether a text is a scheme and a host; a public URL may have a path, too.
func IsURL(text string, path bool) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		u.RawQuery == "" && u.Fragment == "" && (path || u.Path == "")
}

// PublicURL is the base of links in mails, without a slash at its end; "" where none is set.
func (s *Server) PublicURL() string { return strings.TrimRight(*s.publicURL.Load(), "/") }

func (s *Server) prepareMailServer(text, now string) (settings.Change, error) {
	text, err := settings.Unmask(text, now)
	if err == nil {
		err = mail.Check(mail.Config{Server: text})
	}
	if err != nil {
		return settings.Change{}, err
	}
	return settings.Change{Text: text, Apply: func() error {
		c := s.mail.Config()
		c.Server = text
		return s.mail.Configure(c)
	}}, nil
}

func (s *Server) prepareMailFrom(text, _ string) (settings.Change, error) {
	if err := mail.Check(mail.Config{From: text}); err != nil {
		return settings.Change{}, err
	}
	return settings.Change{Text: text, Apply: func() error {
		c := s.mail.Config()
		c.From = text
		return s.mail.Configure(c)
	}}, nil
}

func prepareLevel(level *slog.LevelVar, text string) (settings.Change, error) {
	to, err := observe.ParseLevel(text)
	if err != nil {
		return settings.Change{}, err
	}
	return settings.Change{Text: text, Apply: func() error { level.Set(to); return nil }}, nil
}
