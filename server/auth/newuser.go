package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// NewUser is an account to be made by somebody who may: the command line, the set-up link.
type NewUser struct {
	Username, Email, Password string // an empty password: nobody can log in with one
	FirstName, LastName       string
	Staff, Superuser          bool
	Roles                     []string
}

// PasswordError says why a password is refused, in the validators' words.
type PasswordError struct{ Problems []PasswordProblem }

func (e *PasswordError) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.Message)
	}
	return strings.Join(lines, " ")
}

var newUserForm = rest.NewPlainForm(
	rest.PlainField{Name: "username", Required: true, MaxLength: 150},
	rest.PlainField{Name: "email", Kind: rest.PlainEmail, AllowBlank: true, MaxLength: 254},
	rest.PlainField{Name: "first_name", AllowBlank: true, MaxLength: 150}, rest.PlainField{Name: "last_name", AllowBlank: true, MaxLength: 150},
)

// check holds username and e-mail address against the rules of registration. The error is *rest.Errors.
func (u NewUser) check(users *schema.Collection) error {
	sent, err := json.Marshal(map[string]string{"username": u.Username, "email": u.Email, "first_name": u.FirstName, "last_name": u.LastName})
	if err != nil {
		return err
	}
	node, err := rest.ParseJSON(sent)
	if err != nil {
		return err
	}
	if _, err := newUserForm.Bind(node, false); err != nil {
		return err
	}
	f := users.Field("username")
	valid, err := regexp.Compile(f.Regex)
	if err == nil && !valid.MatchString(u.Username) {
		err = rest.FieldError(f.Name, f.RegexMessage, "invalid")
	}
	return err
}

// CreateUser makes an account and returns its key. Errors: *PasswordError, *rest.Errors for what cannot be a username
// or an e-mail address, *store.Invalid where the username is taken, an error that names a role that the schema does
// not have.
func (a *Service) CreateUser(ctx context.Context, u NewUser, via string) (value.Value, error) {
	in, err := a.inputOf(ctx, u)
	if err != nil {
		return value.Null, err
	}
	var key value.Value
	origin := store.Origin{Scope: access.System(a.store.State().Policy), Via: via, Serial: true}
	_, err = a.store.Write(ctx, origin, func(tx *store.Tx) (err error) {
		key, err = tx.Create(in)
		return err
	})
	return key, err
}

// inputOf checks what is known of a new account. Errors are those of CreateUser.
func (a *Service) inputOf(ctx context.Context, u NewUser) (*store.Input, error) {
	s := a.store.Schema()
	for _, role := range u.Roles {
		if s.Role(role) == nil {
			return nil, fmt.Errorf("the schema has no role %q; it has %s", role, roleNames(s))
		}
	}
	if err := u.check(s.Users()); err != nil {
		return nil, err
	}
	hash := UnusablePassword()
	if u.Password != "" {
		account := Account{Username: u.Username, Email: u.Email}
		if problems := ValidatePassword(DefaultValidators, u.Password, account.Attributes()); len(problems) > 0 {
			return nil, &PasswordError{problems}
		}
		var err error
		if hash, err = a.Passwords.Hasher.Hash(ctx, u.Password); err != nil {
			return nil, err
		}
	}
	roles, err := json.Marshal(append([]string{}, slices.Compact(slices.Sorted(slices.Values(u.Roles)))...))
	if err != nil {
		return nil, err
	}
	in := store.NewInput(s.Users())
	for name, v := range map[string]value.Value{
		"username": value.Text(u.Username), "email": value.Text(u.Email), "password": value.Text(hash), "first_name": value.Text(u.FirstName), "last_name": value.Text(u.LastName),
		"is_staff": value.Bool(u.Staff || u.Superuser), "is_superuser": value.Bool(u.Superuser), "roles": value.Text(string(roles)),
	} {
		in.Values[s.Users().Field(name)] = v
	}
	return in, nil
}

func roleNames(s *schema.Schema) string {
	var names []string
	for _, r := range s.Roles {
		if r.Name != access.Anyone && r.Name != access.SignedIn {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
