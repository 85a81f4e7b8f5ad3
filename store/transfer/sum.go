package transfer

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/couplet/couplet/store/sqlb"
)

// sum is a checksum of rows in whatever order: the sum of their SHA-256, cut to 128 bits.
type sum struct {
	rows      int64
	high, low uint64
}

func (s *sum) add(row []sqlb.Arg) {
	h := sha256.New()
	var head [17]byte
	for _, a := range row {
		head[0] = byte(a.Value.Class())
		binary.BigEndian.PutUint64(head[1:], a.Value.Bits())
		binary.BigEndian.PutUint64(head[9:], uint64(len(a.Value.Text())))
		_, _ = h.Write(head[:]) // a hash takes everything
		_, _ = h.Write([]byte(a.Value.Text()))
	}
	digest := h.Sum(nil)
	s.rows++
	s.high += binary.BigEndian.Uint64(digest)
	s.low += binary.BigEndian.Uint64(digest[8:])
}

func (s sum) String() string { return fmt.Sprintf("%016x%016x", s.high, s.low) }
