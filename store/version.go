package store

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"github.com/couplet/couplet/store/value"
)

// Version is the 64-bit hash of a record's stored values and its many-to-many keys (each list sorted), by which
// If-Match tells whether it has changed.
func Version(values []value.Value, links [][]value.Value) uint64 {
	var h xxhash.Digest
	h.Reset()
	hashValues(&h, values)
	for _, keys := range links {
		hashValues(&h, keys)
	}
	return h.Sum64()
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
	return Version(rec.Values, links), nil
}
