package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// ifMatch is the header of a write of what several people may change.
func ifMatch(description string) []openapi.Parameter {
	return []openapi.Parameter{{Name: "If-Match", In: "header", Description: description}}
}

// newOwned is something of the caller's that is not stored yet.
func (c *Call) newOwned(kind string) (*store.Owned, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	return &store.Owned{Kind: kind, ID: id.String(), Owner: c.userID(), Created: c.API.Store.Now()}, nil
}

// saveOwned stores it as the caller's work.
func (c *Call) saveOwned(tx *store.Tx, o *store.Owned) error {
	o.Changed, o.ChangedBy = c.API.Store.Now(), c.userID()
	return store.SaveOwned(tx.Conn, o)
}

// ownedFor returns what the caller sees of a kind.
func (c *Call) ownedFor(kind string) (list []*store.Owned, err error) {
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) error {
		list, err = store.OwnedFor(conn, kind, c.userID())
		return err
	})
	return list, err
}

// ownedByID returns one of a kind that the caller sees. What he does not see does not exist.
func (c *Call) ownedByID(conn db.Conn, kind, id string) (*store.Owned, error) {
	o, err := store.OwnedByID(conn, kind, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !o.Shared && o.Owner != c.userID() {
		return nil, rest.NotFound("")
	}
	return o, err
}

// isVersion holds If-Match against a version: 412 for another one, 428 where there must be one and is none.
func (c *Call) isVersion(version int64, required bool) error {
	asked := strings.TrimSpace(c.Header("If-Match"))
	switch {
	case asked == "" && required:
		return &rest.APIError{Status: http.StatusPreconditionRequired, Code: "precondition_required",
			Detail: "Others may change this, too: send the version that was read in If-Match."}
	case asked == "" || asked == "*" || strings.Trim(asked, `"`) == strconv.FormatInt(version, 10):
		return nil
	}
	return &rest.APIError{Status: http.StatusPreconditionFailed, Code: "precondition_failed", Detail: "This has changed since it was read."}
}

// tagVersion is an answer whose ETag is a version.
func tagVersion(status int, body any, version int64) (any, error) {
	text, err := encode(body)
	if err != nil {
		return nil, err
	}
	return &Answer{Status: status, Body: text, Headers: [][2]string{{"ETag", strconv.Quote(strconv.FormatInt(version, 10))}}}, nil
}
