package rest

import (
	"bufio"
	"errors"
	"io"
)

// ExportOptions are how an export is written. All but Format and Columns are for CSV.
type ExportOptions struct {
	Format    Format
	Columns   []string // CSV: the names of the header, in order; empty: those of the first record
	Delimiter byte     // 0: a comma
	BOM       bool     // a byte order mark, for Excel
	Guard     bool     // text that a spreadsheet would take for a formula gets an apostrophe before it; see guardCell
}

// Exporter writes rendered records to a file as they come; it holds one record at a time.
//
// In CSV a list or an object is its JSON text; null is an empty cell, the empty text a quoted empty one (""), so that
// an import tells them apart. Lines end with CRLF and cells are quoted where RFC 4180 wants it.
type Exporter struct {
	w     *bufio.Writer
	opt   ExportOptions
	index map[string]int // CSV: column by name
	cells [][]byte       // CSV: the record's JSON values by column
	rows  int
	begun bool
	buf   []byte
}

// errExportRow is a record that is no JSON object.
var errExportRow = errors.New("rest: an exported record is no JSON object")

// NewExporter returns an Exporter that writes to w. Close completes the file; it does not close w.
func NewExporter(w io.Writer, opt ExportOptions) *Exporter {
	if opt.Delimiter == 0 {
		opt.Delimiter = ','
	}
	return &Exporter{w: bufio.NewWriterSize(w, 32<<10), opt: opt}
}

// Rows returns how many records were written.
func (e *Exporter) Rows() int { return e.rows }

// Row writes one record, given as the JSON object that the serializer rendered.
func (e *Exporter) Row(json []byte) error {
	if len(json) < 2 || json[0] != '{' {
		return errExportRow
	}
	if err := e.begin(json); err != nil {
		return err
	}
	e.buf = e.buf[:0]
	switch e.opt.Format {
	case FormatCSV:
		if err := e.csvRow(json); err != nil {
			return err
		}
	case FormatNDJSON:
		e.buf = append(append(e.buf, json...), '\n')
	default:
		if e.rows > 0 {
			e.buf = append(e.buf, ',', '\n')
		}
		e.buf = append(e.buf, json...)
	}
	e.rows++
	_, err := e.w.Write(e.buf)
	return err
}

// Flush hands what is written to the client.
func (e *Exporter) Flush() error { return e.w.Flush() }

// Close writes what ends the file and flushes it. An export without records has its header or an empty list.
func (e *Exporter) Close() error {
	if err := e.begin(nil); err != nil {
		return err
	}
	if e.opt.Format == FormatJSON {
		end := "]\n"
		if e.rows > 0 {
			end = "\n]\n"
		}
		if _, err := e.w.WriteString(end); err != nil {
			return err
		}
	}
	return e.w.Flush()
}

// begin writes what stands before the first record.
func (e *Exporter) begin(first []byte) error {
	if e.begun {
		return nil
	}
	e.begun = true
	switch e.opt.Format {
	case FormatCSV:
		return e.csvHeader(first)
	case FormatJSON:
		begin := "["
		if first != nil {
			begin = "[\n"
		}
		_, err := e.w.WriteString(begin)
		return err
	}
	return nil
}
