package store

import (
	"context"
	"crypto/aes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"

	"github.com/cespare/xxhash/v2"

	"github.com/couplet/couplet/store/value"
)

// sealKey is under which name the database keeps the key of its versions.
const sealKey = "version_key"

// loadSeal reads the key of versions, which is made at the first start.
func (s *Store) loadSeal(ctx context.Context) error {
	text, err := s.Meta(ctx, sealKey)
	if err != nil {
		return err
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != 16 {
		key = make([]byte, 16)
		_, _ = rand.Read(key) // never fails
		if err := s.SetMeta(ctx, sealKey, hex.EncodeToString(key)); err != nil {
			return err
		}
	}
	s.seal, err = aes.NewCipher(key)
	return err
}

// Version is a 64-bit hash of a record's stored values and its many-to-many keys (each list sorted), by which If-Match
// tells whether it has changed. It is enciphered with a key of the database: who knows a record but for a field that
// is kept from them cannot find that field's value by trying.
func (st *State) Version(values []value.Value, links [][]value.Value) uint64 {
	var h xxhash.Digest
	h.Reset()
	hashValues(&h, values)
	for _, keys := range links {
		hashValues(&h, keys)
	}
	var block [16]byte
	binary.LittleEndian.PutUint64(block[:], h.Sum64())
	if st.seal != nil {
		st.seal.Encrypt(block[:], block[:])
	}
	return binary.LittleEndian.Uint64(block[:])
}

func hashValues(h *xxhash.Digest, values []value.Value) {
	var b [9]byte
	for _, v := range values {
		b[0] = byte(v.Class())
		switch v.Class() {
		case value.ClassText:
			binary.LittleEndian.PutUint64(b[1:], uint64(len(v.Text())))
		default:
			binary.LittleEndian.PutUint64(b[1:], v.Bits())
		}
		_, _ = h.Write(b[:])
		_, _ = h.WriteString(v.Text())
	}
	b[0] = 0xff
	_, _ = h.Write(b[:1])
}

// Version returns the version of a record as it is stored now.
func (r *Reader) Version(rec *Record) (uint64, error) {
	links := make([][]value.Value, len(rec.Collection.ManyToMany))
	for i, f := range rec.Collection.ManyToMany {
		keys, err := r.linked(f, rec.Key())
		if err != nil {
			return 0, err
		}
		links[i] = keys
	}
	return r.State.Version(rec.Values, links), nil
}
