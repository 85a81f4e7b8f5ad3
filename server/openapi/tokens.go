package openapi

import "net/http"

// The bodies of simplejwt's and DRF's token endpoints, under the names of drf-spectacular's components.
type (
	// TokenObtainPair is a log-in and what it yields.
	TokenObtainPair struct {
		Username string `json:"username" openapi:"writeOnly"`
		Password string `json:"password" openapi:"writeOnly"`
		Access   string `json:"access" openapi:"readOnly"`
		Refresh  string `json:"refresh" openapi:"readOnly"`
	}
	// TokenRefresh is a refresh token and the tokens that follow it.
	TokenRefresh struct {
		Access  string `json:"access" openapi:"readOnly"`
		Refresh string `json:"refresh"`
	}
	// TokenVerify is a token of any type.
	TokenVerify struct {
		Token string `json:"token" openapi:"writeOnly"`
	}
	// TokenBlacklist is a refresh token to be revoked.
	TokenBlacklist struct {
		Refresh string `json:"refresh" openapi:"writeOnly"`
	}
	// AuthToken is DRF's own token log-in.
	AuthToken struct {
		Username string `json:"username" openapi:"writeOnly"`
		Password string `json:"password" openapi:"writeOnly"`
		Token    string `json:"token" openapi:"readOnly"`
	}
)

// Tokens are simplejwt's four endpoints and DRF's obtain_auth_token, described as drf-spectacular does.
func Tokens() []Operation {
	open := func(path, description string, body any) Operation {
		return Operation{Method: http.MethodPost, Path: path, Description: description, Request: body, Response: body, Open: true}
	}
	return []Operation{
		open("/api/token/", "Takes a set of user credentials and returns an access and refresh JSON web\n"+
			"token pair to prove the authentication of those credentials.", TokenObtainPair{}),
		open("/api/token/refresh/", "Takes a refresh type JSON web token and returns an access type JSON web\n"+
			"token if the refresh token is valid.", TokenRefresh{}),
		open("/api/token/verify/", "Takes a token and indicates if it is valid.  This view provides no\n"+
			"information about a token's fitness for a particular use.", TokenVerify{}),
		open("/api/token/blacklist/", "Takes a token and blacklists it. Must be used with the\n"+
			"`rest_framework_simplejwt.token_blacklist` app installed.", TokenBlacklist{}),
		{Method: http.MethodPost, Path: "/api/token-auth/", Request: AuthToken{}, Response: AuthToken{}},
	}
}
