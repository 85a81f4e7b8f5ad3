package openapi

import (
	"net/http"
	"time"
)

// The bodies of dj-rest-auth's endpoints, under the names of drf-spectacular's components, and of those that Couplet
// has beside them.
type (
	// Login is a log-in by username or e-mail.
	Login struct {
		Username string `json:"username" openapi:"optional"`
		Email    string `json:"email" openapi:"optional,format=email"`
		Password string `json:"password"`
	}
	// JWT is what a log-in yields; refresh is empty where the token travels in a cookie.
	JWT struct {
		Access  string      `json:"access"`
		Refresh string      `json:"refresh"`
		User    UserDetails `json:"user"`
	}
	// UserDetails is the caller's account.
	UserDetails struct {
		PK        int64  `json:"pk" openapi:"readOnly"`
		Username  string `json:"username"`
		Email     string `json:"email" openapi:"readOnly,format=email"`
		FirstName string `json:"first_name" openapi:"optional"`
		LastName  string `json:"last_name" openapi:"optional"`
	}
	// PatchedUserDetails are those parts of it that change.
	PatchedUserDetails struct {
		Username  string `json:"username" openapi:"optional"`
		FirstName string `json:"first_name" openapi:"optional"`
		LastName  string `json:"last_name" openapi:"optional"`
	}
	// RestAuthDetail says in a sentence what was done.
	RestAuthDetail struct {
		Detail string `json:"detail" openapi:"readOnly"`
	}
	// Logout names the refresh token to revoke where it is in no cookie.
	Logout struct {
		Refresh *string `json:"refresh" openapi:"optional"`
	}
	// CookieTokenRefresh is a refresh where the token may be in a cookie.
	CookieTokenRefresh struct {
		Refresh *string `json:"refresh" openapi:"optional"`
		Access  string  `json:"access" openapi:"readOnly"`
	}
	// PasswordChange sets a new password.
	PasswordChange struct {
		OldPassword  string `json:"old_password" openapi:"optional,writeOnly"`
		NewPassword1 string `json:"new_password1" openapi:"writeOnly"`
		NewPassword2 string `json:"new_password2" openapi:"writeOnly"`
	}
	// PasswordReset asks for a mail.
	PasswordReset struct {
		Email string `json:"email" openapi:"format=email"`
	}
	// PasswordResetConfirm sets a new password with what the mail's link holds.
	PasswordResetConfirm struct {
		NewPassword1 string `json:"new_password1"`
		NewPassword2 string `json:"new_password2"`
		UID          string `json:"uid"`
		Token        string `json:"token"`
	}
	// Register makes an account.
	Register struct {
		Username  string `json:"username"`
		Email     string `json:"email" openapi:"format=email"`
		Password1 string `json:"password1" openapi:"writeOnly"`
		Password2 string `json:"password2" openapi:"writeOnly"`
	}
	// VerifyEmail holds the key from a mail.
	VerifyEmail struct {
		Key string `json:"key" openapi:"writeOnly"`
	}
	// ResendEmailVerification asks for that mail again.
	ResendEmailVerification struct {
		Email string `json:"email" openapi:"format=email"`
	}
	// EmailChange asks for a new address.
	EmailChange struct {
		Email    string `json:"email" openapi:"format=email"`
		Password string `json:"password" openapi:"optional,writeOnly"`
	}
	// Session is one log-in.
	Session struct {
		ID        string     `json:"id"`
		Kind      string     `json:"kind"`
		User      string     `json:"user"`
		Username  string     `json:"username"`
		Created   time.Time  `json:"created"`
		LastUsed  *time.Time `json:"last_used"`
		Expires   *time.Time `json:"expires"`
		UserAgent string     `json:"user_agent"`
		IP        string     `json:"ip"`
		Current   bool       `json:"current"`
	}
	// APIKey is a key that a program shows instead of a log-in.
	APIKey struct {
		ID       string     `json:"id" openapi:"readOnly"`
		Prefix   string     `json:"prefix" openapi:"readOnly"`
		User     string     `json:"user" openapi:"readOnly"`
		Username string     `json:"username" openapi:"readOnly"`
		Name     string     `json:"name"`
		Scopes   []string   `json:"scopes" openapi:"optional" doc:"Such as \"articles:read\"; none: everything its user may."`
		Created  time.Time  `json:"created" openapi:"readOnly"`
		Expires  *time.Time `json:"expires" openapi:"optional"`
		LastUsed *time.Time `json:"last_used" openapi:"readOnly"`
	}
	// NewAPIKey is a key that was just made, with its text.
	NewAPIKey struct {
		APIKey
		Key string `json:"key" openapi:"readOnly" doc:"The key itself: shown this once."`
	}
	// PatchedAPIKey are those parts of a key that change.
	PatchedAPIKey struct {
		Name    string     `json:"name" openapi:"optional"`
		Scopes  []string   `json:"scopes" openapi:"optional"`
		Expires *time.Time `json:"expires" openapi:"optional"`
	}
)

// accountSecurity is whatever proves who somebody is.
var accountSecurity = []string{"jwt", "session", "basic", "token", "api_key"}

// Accounts are dj-rest-auth's endpoints, and what one may do with one's own account beside them.
func Accounts() []Operation {
	open := func(path, description string, in, out any) Operation {
		return Operation{Method: http.MethodPost, Path: "/api/auth/" + path, Description: description, Request: in, Response: out, Open: true}
	}
	own := func(method, path, description string, in, out any) Operation {
		return Operation{Method: method, Path: "/api/auth/" + path, Description: description, Request: in, Response: out, Security: accountSecurity}
	}
	sent := func(op Operation, status int) Operation {
		op.Status = status
		return op
	}
	whose := func(op Operation) Operation {
		op.Parameters = []Parameter{{Name: "user", Description: "Whose; * for everybody's. For superusers."}}
		return op
	}
	detail := RestAuthDetail{}
	return []Operation{
		open("login/", "Check the credentials and return tokens, also in cookies.", Login{}, JWT{}),
		open("logout/", "End the log-in: blacklist its refresh token and delete the cookies.", Logout{}, detail),
		open("token/verify/", "Takes a token and indicates if it is valid.", TokenVerify{}, TokenVerify{}),
		open("token/refresh/", "Takes a refresh token, from the body or a cookie, and returns an access token.", CookieTokenRefresh{}, CookieTokenRefresh{}),
		own(http.MethodGet, "user/", "The account of the caller.", nil, UserDetails{}),
		own(http.MethodPut, "user/", "Change the account of the caller.", UserDetails{}, UserDetails{}),
		own(http.MethodPatch, "user/", "Change the account of the caller.", PatchedUserDetails{}, UserDetails{}),
		own(http.MethodDelete, "user/", "Delete the account of the caller; the password is asked for again.", nil, nil),
		own(http.MethodGet, "export/", "Everything that is kept about the caller.", nil, map[string]any{}),
		own(http.MethodPost, "password/change/", "Set a new password; every other log-in ends.", PasswordChange{}, detail),
		open("password/reset/", "Ask for a mail with a link that resets the password.", PasswordReset{}, detail),
		open("password/reset/confirm/", "Set a new password with what the mail's link holds.", PasswordResetConfirm{}, detail),
		sent(open("registration/", "Make an account.", Register{}, JWT{}), http.StatusCreated),
		open("registration/verify-email/", "Confirm an address with the key from a mail.", VerifyEmail{}, detail),
		open("registration/resend-email/", "Ask for the mail with the key again.", ResendEmailVerification{}, detail),
		own(http.MethodPost, "email/change/", "Ask for a new e-mail address; a mail to it holds the key that confirms it.", EmailChange{}, detail),
		open("email/change/confirm/", "Confirm a new address with the key from the mail.", VerifyEmail{}, detail),
		whose(own(http.MethodGet, "sessions/", "Where the caller is logged in.", nil, []Session{})),
		whose(own(http.MethodDelete, "sessions/", "End all log-ins but this one.", nil, nil)),
		own(http.MethodGet, "sessions/{id}/", "One log-in.", nil, Session{}),
		own(http.MethodDelete, "sessions/{id}/", "End a log-in at once.", nil, nil),
		whose(own(http.MethodGet, "keys/", "Keys that programs show as Authorization: Api-Key …", nil, []APIKey{})),
		sent(own(http.MethodPost, "keys/", "Make a key. Its text is in this answer and nowhere else.", APIKey{}, NewAPIKey{}), http.StatusCreated),
		own(http.MethodGet, "keys/{id}/", "One key.", nil, APIKey{}),
		own(http.MethodPut, "keys/{id}/", "Change a key.", APIKey{}, APIKey{}),
		own(http.MethodPatch, "keys/{id}/", "Change a key.", PatchedAPIKey{}, APIKey{}),
		own(http.MethodDelete, "keys/{id}/", "End a key at once.", nil, nil),
	}
}
