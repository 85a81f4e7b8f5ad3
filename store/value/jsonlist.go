package value

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// JSONList cuts a JSON list into its items without reading the whole of it: for fixtures and imports of any size.
// It checks the list's own form; the form of an item is up to who reads it.
type JSONList struct {
	src    *bufio.Reader
	limit  int
	line   int // where the reader is
	items  int
	begun  bool
	buf    []byte
	pushed int // a byte read too far, or -1
}

// ListError is a mistake in a list's form.
type ListError struct {
	Line    int
	Message string
}

func (e *ListError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// Unwrap makes it an ErrSyntax.
func (e *ListError) Unwrap() error { return ErrSyntax }

// NewJSONList reads a list from src; an item may have at most limit bytes. A byte order mark is passed over.
func NewJSONList(src io.Reader, limit int) *JSONList {
	return &JSONList{src: bufio.NewReaderSize(src, 64<<10), limit: limit, line: 1, pushed: -1}
}

// Items returns how many items were read.
func (l *JSONList) Items() int { return l.items }

func (l *JSONList) fail(format string, args ...any) error {
	return &ListError{l.line, fmt.Sprintf(format, args...)}
}

// Next returns the text of the next item and the line on which it begins, or io.EOF after the last. Errors are
// *ListError, or those of the source. The text is valid until the next call.
func (l *JSONList) Next() (raw []byte, line int, err error) {
	if !l.begun {
		if err := l.begin(); err != nil {
			return nil, 0, err
		}
	}
	c, err := l.token()
	switch {
	case err != nil:
		return nil, 0, err
	case c == ']':
		return nil, 0, l.end()
	case l.items > 0 && c != ',':
		return nil, 0, l.fail("expected a comma or the end of the list, found %q", c)
	case l.items > 0:
		if c, err = l.token(); err != nil {
			return nil, 0, err
		}
	}
	if c == ',' || c == ']' || c == '}' || c == ':' {
		return nil, 0, l.fail("expected a value, found %q", c)
	}
	l.items++
	line = l.line
	raw, err = l.item(c)
	return raw, line, err
}

func (l *JSONList) begin() error {
	l.begun = true
	if mark, err := l.src.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = l.src.Discard(3)
	}
	c, err := l.token()
	if err == nil && c != '[' {
		err = l.fail("expected a JSON list, found %q", c)
	}
	return err
}

// end makes sure that nothing follows the list.
func (l *JSONList) end() error {
	for {
		c, err := l.read()
		if err != nil {
			return err // io.EOF where all is well
		}
		if !isJSONSpace(c) {
			return l.fail("%q follows the end of the list", c)
		}
	}
}

func (l *JSONList) read() (byte, error) {
	if l.pushed >= 0 {
		c := byte(l.pushed)
		l.pushed = -1
		return c, nil
	}
	c, err := l.src.ReadByte()
	if c == '\n' {
		l.line++
	}
	return c, err
}

// token returns the next byte that is no white space.
func (l *JSONList) token() (byte, error) {
	for {
		c, err := l.read()
		if errors.Is(err, io.EOF) {
			return 0, l.fail("the file ends before the list does")
		}
		if err != nil || !isJSONSpace(c) {
			return c, err
		}
	}
}

// item reads a value whose first byte was read: up to its closing bracket or quote, a bare word up to what follows.
func (l *JSONList) item(first byte) ([]byte, error) {
	l.buf = append(l.buf[:0], first)
	depth, inString, escaped, bare := 0, first == '"', false, false
	switch first {
	case '{', '[':
		depth = 1
	case '"':
	default:
		bare = true
	}
	for bare || inString || depth > 0 {
		c, err := l.read()
		if errors.Is(err, io.EOF) {
			return nil, l.fail("the file ends inside item %d", l.items)
		}
		if err != nil {
			return nil, err
		}
		if bare && (c == ',' || c == ']' || c == '}' || isJSONSpace(c)) {
			l.pushed = int(c)
			break
		}
		if len(l.buf) >= l.limit {
			return nil, l.fail("item %d is larger than %d bytes", l.items, l.limit)
		}
		l.buf = append(l.buf, c)
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped = c == '\\'
			inString = c != '"'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return l.buf, nil
}
