package api

import (
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/schema"
)

// throttle counts the request against the project's rates (DRF: AnonRateThrottle, UserRateThrottle,
// ScopedRateThrottle).
func (c *Call) throttle() error {
	if c.User != nil {
		return c.count("user", c.View.Throttle)
	}
	return c.count("anon", c.View.Throttle)
}

// count counts the request in some scopes, those without a rate aside.
func (c *Call) count(scopes ...string) error {
	if len(c.compiled.rates) == 0 {
		return nil
	}
	ident := c.IP()
	if c.User != nil {
		ident = c.userID()
	}
	var limits []auth.Limit
	for _, name := range scopes {
		if rate, ok := c.compiled.rates[name]; ok {
			limits = append(limits, auth.Limit{Scope: name, Rate: rate, Ident: ident})
		}
	}
	if refused := c.API.Auth.Throttle.Allow(limits...); refused != nil {
		return refused
	}
	return nil
}

// userID is the user's key as text.
func (c *Call) userID() string { return c.compiled.state.Schema.Users().Key.Type.String(c.User.Key) }

// rates reads the throttle rates of a schema.
func rates(s *schema.Schema) (map[string]auth.Rate, error) {
	out := map[string]auth.Rate{}
	for scope, text := range s.Settings.ThrottleRates {
		rate, err := auth.ParseRate(text)
		if err != nil {
			return nil, err
		}
		out[scope] = rate
	}
	return out, nil
}
