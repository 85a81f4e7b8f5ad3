package rest

import (
	"fmt"
	"unicode/utf8"
)

// decodeUTF8 checks a body as Python's incremental UTF-8 reader does: an invalid byte is an error that names it, an
// unfinished character at the very end is dropped.
func decodeUTF8(b []byte) (string, error) {
	if utf8.Valid(b) {
		return string(b), nil
	}
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		n, unfinished := badSequence(b[i:])
		switch {
		case unfinished:
			return string(b[:i]), nil
		case n == 0:
			return "", fmt.Errorf("'utf-8' codec can't decode byte 0x%02x in position %d: invalid start byte", b[i], i)
		case n == 1:
			return "", fmt.Errorf("'utf-8' codec can't decode byte 0x%02x in position %d: invalid continuation byte", b[i], i)
		}
		return "", fmt.Errorf("'utf-8' codec can't decode bytes in position %d-%d: invalid continuation byte", i, i+n-1)
	}
	return string(b), nil
}

// badSequence returns how many bytes at the start of b belong to the broken character (0: it cannot start one), and
// whether b merely ends too early.
func badSequence(b []byte) (n int, unfinished bool) {
	c := b[0]
	want, low, high := 0, byte(0x80), byte(0xBF)
	switch {
	case c >= 0xC2 && c <= 0xDF:
		want = 2
	case c >= 0xE0 && c <= 0xEF:
		want = 3
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		want = 4
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	default:
		return 0, false
	}
	for n = 1; n < want; n++ {
		if n == len(b) {
			return n, true
		}
		if b[n] < low || b[n] > high {
			return n, false
		}
		low, high = 0x80, 0xBF
	}
	return n, false
}
