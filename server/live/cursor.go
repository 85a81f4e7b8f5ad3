package live

import (
	"encoding/base64"
	"errors"
	"hash/fnv"

	"github.com/couplet/couplet/store"
)

// Cursors that clients send.
var (
	errCursor      = errors.New("live: not a cursor")
	errOtherSchema = errors.New("live: a cursor of another schema")
)

// stamp is a mark of the schema in force: what was told under another one cannot be gone on with.
func stamp(st *store.State) [4]byte {
	h := fnv.New32a()
	_, _ = h.Write([]byte(st.Schema.Hash))
	return [4]byte(h.Sum(nil))
}

// writeCursor is a place as clients keep it.
func writeCursor(p store.Place, st *store.State) string {
	mark := stamp(st)
	return base64.RawURLEncoding.EncodeToString(p.Append(mark[:]))
}

// readCursor reads what writeCursor wrote.
func readCursor(text string, st *store.State) (store.Place, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 4 {
		return store.Place{}, errCursor
	}
	p, err := store.ReadPlace(b[4:])
	if err != nil {
		return store.Place{}, errCursor
	}
	if [4]byte(b) != stamp(st) {
		return store.Place{}, errOtherSchema
	}
	return p, nil
}
