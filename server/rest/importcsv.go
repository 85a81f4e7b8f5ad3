package rest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ImportError is a mistake that ends an import: the file itself cannot be read.
type ImportError struct {
	Line    int // 0: none
	Message string
}

func (e *ImportError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("Line %d: %s", e.Line, e.Message)
}

// cell is a cell of a CSV file. A quoted empty cell is the empty text, an unquoted one is nothing.
type cell struct {
	text   string
	quoted bool
}

// csvReader reads RFC 4180 with what programs really write: LF or CR line ends, other delimiters, a byte order mark,
// a first line "sep=;" and quotes inside unquoted cells.
type csvReader struct {
	src       *bufio.Reader
	delimiter byte
	limits    ImportLimits
	line      int
	size      int // bytes of the record so far
	buf       []byte
	cells     []cell
}

// sniffSize is how much of a file is looked at to find its delimiter.
const sniffSize = 64 << 10

func newCSVReader(src *bufio.Reader, delimiter byte, limits ImportLimits) (*csvReader, error) {
	r := &csvReader{src: src, delimiter: delimiter, limits: limits, line: 1}
	head, err := src.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	if len(head) >= 6 && strings.EqualFold(string(head[:4]), "sep=") && (head[5] == '\r' || head[5] == '\n') {
		if r.delimiter == 0 {
			r.delimiter = head[4]
		}
		if _, err := src.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		r.line = 2
		return r, nil
	}
	if r.delimiter == 0 {
		r.delimiter = sniffDelimiter(head)
	}
	return r, nil
}

// sniffDelimiter returns the one of comma, semicolon, tab and bar that stands most often outside quotes in the first
// line, a comma where there is none. Lines behind the first decide between equals.
func sniffDelimiter(head []byte) byte {
	const candidates = ",;\t|"
	var first, all [len(candidates)]int
	lines, quoted := 0, false
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			lines++
		default:
			if i := strings.IndexByte(candidates, c); i >= 0 {
				all[i]++
				if lines == 0 {
					first[i]++
				}
			}
		}
	}
	best := 0
	for i := range first {
		if first[i] > first[best] || first[i] == first[best] && first[i] > 0 && all[i] > all[best] {
			best = i
		}
	}
	return candidates[best]
}

func (r *csvReader) fail(format string, args ...any) error {
	return &ImportError{r.line, fmt.Sprintf(format, args...)}
}

// next returns the next record that is not empty and the line on which it begins, or io.EOF. The cells are valid until
// the next call.
func (r *csvReader) next() (cells []cell, line int, err error) {
	for {
		line = r.line
		ended, err := r.record()
		if err != nil {
			return nil, 0, err
		}
		if len(r.cells) > 1 || len(r.cells) == 1 && r.cells[0] != (cell{}) {
			return r.cells, line, nil
		}
		if ended {
			return nil, 0, io.EOF
		}
	}
}

// record reads one record; ended says that the file ended with it.
func (r *csvReader) record() (ended bool, err error) {
	r.cells, r.buf, r.size = r.cells[:0], r.buf[:0], 0
	quoted := false // the cell was a quoted one
	for {
		c, err := r.next1()
		switch {
		case errors.Is(err, io.EOF):
			return true, r.endCell(quoted)
		case err != nil:
			return false, err
		case c == '"' && !quoted && len(bytes.TrimLeft(r.buf, " ")) == 0:
			quoted = true
			err = r.quotedCell()
		case c == r.delimiter:
			err = r.endCell(quoted)
			quoted = false
		case c == '\n' || c == '\r':
			if c == '\r' && r.follows('\n') {
				_, _ = r.src.Discard(1)
			}
			err := r.endCell(quoted)
			r.line++
			return false, err
		case quoted && c != ' ':
			return false, r.fail("%q follows the closing quote of a cell", c)
		case !quoted:
			r.buf = append(r.buf, c)
		}
		if err != nil {
			return false, err
		}
	}
}

// next1 returns the next byte of a record that is not too long.
func (r *csvReader) next1() (byte, error) {
	c, err := r.src.ReadByte()
	if r.size++; err == nil && r.size > r.limits.Row {
		err = r.fail("the row is longer than %d bytes", r.limits.Row)
	}
	return c, err
}

func (r *csvReader) follows(c byte) bool {
	next, _ := r.src.Peek(1)
	return len(next) == 1 && next[0] == c
}

// quotedCell reads a cell whose opening quote was read, up to the closing one.
func (r *csvReader) quotedCell() error {
	r.buf = r.buf[:0]
	for {
		c, err := r.next1()
		switch {
		case errors.Is(err, io.EOF):
			return r.fail("a quote that opens a cell is never closed")
		case err != nil:
			return err
		case c == '"' && !r.follows('"'):
			return nil
		case c == '"':
			_, _ = r.src.Discard(1)
		case c == '\n':
			r.line++
		}
		r.buf = append(r.buf, c)
	}
}

func (r *csvReader) endCell(quoted bool) error {
	if len(r.cells) >= r.limits.Columns {
		return r.fail("the row has more than %d columns", r.limits.Columns)
	}
	if err := checkText(r.buf); err != "" {
		return r.fail("%s", err)
	}
	r.cells = append(r.cells, cell{string(r.buf), quoted})
	r.buf = r.buf[:0]
	return nil
}

// checkText says what is wrong with bytes that should be text, or "".
func checkText(b []byte) string {
	if bytes.IndexByte(b, 0) >= 0 {
		return "the file holds a NUL byte: it is no text file, or it is UTF-16; save it as UTF-8"
	}
	if utf8.Valid(b) {
		return ""
	}
	at := 0
	for at < len(b) {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return fmt.Sprintf("the byte 0x%02x after %q is not UTF-8; save the file as UTF-8", b[at], lastRunes(b[:at]))
}

// lastRunes returns the end of a text, to show where something is.
func lastRunes(b []byte) string {
	runes := []rune(string(b))
	return string(runes[max(0, len(runes)-20):])
}
