package auth

import (
	"fmt"
	"math"
	"time"
)

// Failure is a refusal: of credentials (401, or 403 where the first method has no challenge), of a CSRF check (403),
// or because of too many requests (429).
type Failure struct {
	Status     int
	Detail     string
	Code       string
	ShowCode   bool           // simplejwt's: the code stands beside the detail
	Messages   []TokenMessage // simplejwt's "messages"
	Challenge  string         // WWW-Authenticate; "" none
	RetryAfter int            // seconds; 0 none
}

// TokenMessage says why one class of tokens refused the given one.
type TokenMessage struct{ Class, Type, Message string }

func (f *Failure) Error() string { return f.Detail }

// Method is an authentication class of a resource.
type Method string

// The methods, by the names that a schema document uses.
const (
	JWT     Method = "jwt"     // simplejwt: Authorization: Bearer, or the access cookie
	Session Method = "session" // SessionAuthentication
	Basic   Method = "basic"   // BasicAuthentication
	Token   Method = "token"   // TokenAuthentication
	APIKey  Method = "api_key" // Authorization: Api-Key prefix.secret
)

// Challenge returns the WWW-Authenticate header of a resource: that of its first method, "" for sessions.
func Challenge(methods []Method) string {
	if len(methods) == 0 {
		return ""
	}
	switch methods[0] {
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

// failed returns an AuthenticationFailed or NotAuthenticated for a resource with these methods: 401 with the first
// one's challenge, else 403.
func failed(methods []Method, detail, code string) *Failure {
	f := &Failure{Status: 401, Detail: detail, Code: code, Challenge: Challenge(methods)}
	if f.Challenge == "" {
		f.Status = 403
	}
	return f
}

// NotAuthenticated is the answer to an anonymous request where a user is needed.
func NotAuthenticated(methods []Method) *Failure {
	return failed(methods, "Authentication credentials were not provided.", "not_authenticated")
}

// InvalidToken is simplejwt's answer to a token in a body that is no good. It always has the Bearer challenge.
func InvalidToken(err TokenError) *Failure {
	return &Failure{Status: 401, Detail: string(err), Code: "token_not_valid", ShowCode: true, Challenge: Challenge([]Method{JWT})}
}

// PermissionDenied is DRF's 403 with a detail of its own.
func PermissionDenied(detail string) *Failure {
	return &Failure{Status: 403, Detail: detail, Code: "permission_denied"}
}

// Throttled is DRF's 429. A wait of 0 or less stands for "unknown".
func Throttled(wait time.Duration) *Failure {
	f := &Failure{Status: 429, Detail: "Request was throttled.", Code: "throttled"}
	if wait > 0 {
		f.RetryAfter = int(math.Ceil(wait.Seconds()))
		unit := "seconds"
		if f.RetryAfter == 1 {
			unit = "second"
		}
		f.Detail += fmt.Sprintf(" Expected available in %d %s.", f.RetryAfter, unit)
	}
	return f
}
