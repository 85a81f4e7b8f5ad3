package rest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// ImportLimits bound what an import reads. Zero fields take the default.
type ImportLimits struct {
	Bytes   int64 // of the file; default 256 MiB
	Row     int   // bytes of one row; default 1 MiB
	Columns int   // default 500
	Rows    int   // default 1,000,000
}

func (l ImportLimits) withDefaults() ImportLimits {
	def := func(have *int, n int) {
		if *have <= 0 {
			*have = n
		}
	}
	if l.Bytes <= 0 {
		l.Bytes = 256 << 20
	}
	def(&l.Row, 1<<20)
	def(&l.Columns, 500)
	def(&l.Rows, 1_000_000)
	return l
}

// ImportSource says how a file is read.
type ImportSource struct {
	Format    Format // "" is found from the first bytes
	Delimiter byte   // CSV; 0 is found from the first line
	Limits    ImportLimits
}

// ImportReader reads the rows of a file.
type ImportReader struct {
	Format    Format
	Delimiter byte     // CSV
	Header    []string // CSV: the names of the columns; else the names that were met so far, in order
	limits    ImportLimits
	csv       *csvReader
	list      *value.JSONList
	lines     *bufio.Reader
	line      int
	rows      int
	known     map[string]bool
}

// ImportRow is one row of a file.
type ImportRow struct {
	Number int // from 1, the header not counted
	Line   int // where it begins
	names  []string
	values []importValue
	errs   *Errors // the row cannot be read
}

// importValue is a cell of a CSV file or a member of a JSON object.
type importValue struct {
	cell cell
	node *Node // JSON only
}

// NewImportReader finds format and delimiter and reads the header. Errors of the file are *ImportError.
func NewImportReader(src io.Reader, from ImportSource) (*ImportReader, error) {
	limits := from.Limits.withDefaults()
	buf := bufio.NewReaderSize(&limitedReader{src: src, left: limits.Bytes, limit: limits.Bytes}, sniffSize)
	r := &ImportReader{Format: from.Format, limits: limits, known: map[string]bool{}, line: 1}
	if err := r.sniff(buf); err != nil {
		return nil, err
	}
	switch r.Format {
	case FormatJSON:
		r.list = value.NewJSONList(buf, limits.Row)
	case FormatNDJSON:
		r.lines = buf
	default:
		var err error
		if r.csv, err = newCSVReader(buf, from.Delimiter, limits); err != nil {
			return nil, err
		}
		r.Delimiter = r.csv.delimiter
		return r, r.readHeader()
	}
	return r, nil
}

// sniff passes over a byte order mark, refuses UTF-16 and finds the format.
func (r *ImportReader) sniff(buf *bufio.Reader) error {
	head, err := buf.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return &ImportError{0, "The file is UTF-16. Save it as UTF-8."}
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = buf.Discard(3)
		head = head[3:]
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return &ImportError{0, "The file is a spreadsheet or an archive. Save it as CSV."}
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 {
		return &ImportError{0, "The submitted file is empty."}
	}
	if r.Format != "" {
		return nil
	}
	switch head[0] {
	case '[':
		r.Format = FormatJSON
	case '{':
		r.Format = FormatNDJSON
	default:
		r.Format = FormatCSV
	}
	return nil
}

func (r *ImportReader) readHeader() error {
	cells, line, err := r.csv.next()
	if errors.Is(err, io.EOF) {
		return &ImportError{0, "The submitted file is empty."}
	}
	if err != nil {
		return err
	}
	for i, c := range cells {
		name := strings.TrimSpace(c.text)
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		if r.known[name] {
			return &ImportError{line, fmt.Sprintf("the header has the column %q twice", name)}
		}
		r.known[name] = true
		r.Header = append(r.Header, name)
	}
	return nil
}

// Next returns the next row, or io.EOF. A row that cannot be read by itself comes with its errors; a file that cannot
// be read further is an *ImportError. The row is valid until the next call.
func (r *ImportReader) Next() (*ImportRow, error) {
	row, err := r.read()
	if err != nil {
		var form *value.ListError
		if errors.As(err, &form) {
			return nil, &ImportError{form.Line, form.Message}
		}
		return nil, err
	}
	if r.rows++; r.rows > r.limits.Rows {
		return nil, &ImportError{row.Line, fmt.Sprintf("the file has more than %d rows", r.limits.Rows)}
	}
	row.Number = r.rows
	return row, nil
}

func (r *ImportReader) read() (*ImportRow, error) {
	switch {
	case r.list != nil:
		raw, line, err := r.list.Next()
		if err != nil {
			return nil, err
		}
		return r.jsonRow(raw, line), nil
	case r.lines != nil:
		return r.nextLine()
	}
	cells, line, err := r.csv.next()
	if err != nil {
		return nil, err
	}
	row := &ImportRow{Line: line, names: r.Header}
	if len(cells) > len(r.Header) {
		row.errs = NonField(fmt.Sprintf("The row has %d cells, but the header has %d.", len(cells), len(r.Header)), "invalid")
	}
	for _, c := range cells[:min(len(cells), len(r.Header))] {
		row.values = append(row.values, importValue{cell: c})
	}
	row.names = r.Header[:len(row.values)]
	return row, nil
}

// nextLine reads the next line of an NDJSON file that is not blank.
func (r *ImportReader) nextLine() (*ImportRow, error) {
	for {
		var line []byte
		at := r.line
		for {
			part, err := r.lines.ReadSlice('\n')
			line = append(line, part...)
			if len(line) > r.limits.Row {
				return nil, &ImportError{at, fmt.Sprintf("the row is longer than %d bytes", r.limits.Row)}
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
				return nil, err
			}
			break
		}
		r.line++
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return r.jsonRow(line, at), nil
		}
	}
}

func (r *ImportReader) jsonRow(raw []byte, line int) *ImportRow {
	row := &ImportRow{Line: line}
	n, err := ParseJSON(raw)
	switch {
	case err != nil:
		row.errs = NonField(importMessage(err), "parse_error")
		return row
	case n.Kind != ObjectNode:
		row.errs = NonField("Invalid data. Expected a dictionary, but got "+n.TypeName()+".", "invalid")
		return row
	case len(n.Names) > r.limits.Columns:
		row.errs = NonField(fmt.Sprintf("The row has more than %d columns.", r.limits.Columns), "invalid")
		return row
	}
	for i, name := range n.Names {
		if !r.known[name] && len(r.known) < r.limits.Columns {
			r.known[name] = true
			r.Header = append(r.Header, name)
		}
		row.values = append(row.values, importValue{node: n.Items[i]})
	}
	row.names = n.Names
	return row
}

// importMessage returns what an error of ParseJSON tells the client.
func importMessage(err error) string {
	var api *APIError
	if errors.As(err, &api) {
		return api.Detail
	}
	return err.Error()
}

// limitedReader refuses to read more than a number of bytes.
type limitedReader struct {
	src         io.Reader
	left, limit int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.src.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, &ImportError{0, fmt.Sprintf("The file is larger than %d bytes.", l.limit)}
	}
	return n, err
}
