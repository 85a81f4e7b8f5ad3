package auth

import (
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/value"
)

// The authentication classes of a resource, by the names that a schema document uses.
const (
	JWT     = "jwt"     // simplejwt: Authorization: Bearer, or the access cookie
	Session = "session" // SessionAuthentication
	Basic   = "basic"   // BasicAuthentication
	Token   = "token"   // TokenAuthentication
	APIKey  = "api_key" // Authorization: Api-Key prefix.secret
)

// Challenge returns the WWW-Authenticate header of a resource: that of its first class, "" for sessions.
func Challenge(classes []string) string {
	if len(classes) == 0 {
		return ""
	}
	switch classes[0] {
	case JWT:
		return `Bearer realm="api"`
	case Basic:
		return `Basic realm="api"`
	case Token:
		return "Token"
	case APIKey:
		return "Api-Key"
	}
	return ""
}

// failed returns an AuthenticationFailed for a resource with these classes.
func failed(classes []string, detail string) *rest.APIError {
	return rest.AuthenticationFailed(detail, "", Challenge(classes))
}

// failedWith is failed in simplejwt's form: the code stands beside the detail.
func failedWith(classes []string, detail, code string) *rest.APIError {
	e := rest.AuthenticationFailed(detail, code, Challenge(classes))
	e.ShowCode = true
	return e
}

// InvalidToken is simplejwt's answer to a token in a body that is no good. It always has the Bearer challenge.
func InvalidToken(reason TokenError) *rest.APIError {
	return failedWith([]string{JWT}, string(reason), "token_not_valid")
}

// badAccess is simplejwt's answer to a token in a header that is no good.
func badAccess(classes []string, reason TokenError) *rest.APIError {
	e := failedWith(classes, "Given token not valid for any token type", "token_not_valid")
	e.Extra = append(e.Extra, `"messages":[{"token_class":"AccessToken","token_type":"access","message":`...)
	e.Extra = append(value.AppendJSONString(e.Extra, string(reason)), "}]"...)
	return e
}

// throttled is DRF's 429 with a whole number of seconds, at least one.
func throttled(wait time.Duration) *rest.APIError { return rest.Throttled(max(wait, time.Second)) }
