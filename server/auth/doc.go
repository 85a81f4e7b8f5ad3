// Package auth decides who a request comes from and keeps what that needs: password hashes, signed tokens and their
// keys, refresh families, browser sessions with Django's CSRF rules, API keys, throttles and the links sent by mail.
//
// It knows no HTTP framework: it works on plain values (see Request) and on a database connection, so that every door
// (REST, live, command line) decides alike. Messages and codes are Django's, DRF's, simplejwt's and dj-rest-auth's own.
// Time comes from a Clock, so tests run in a time of their own. It may import server/rest, store and below.
package auth

import "time"

// Clock returns the current time.
type Clock func() time.Time
