package rest

import (
	"io"
	"strconv"

	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store/value"
)

// ImportReport says what an import has done, or would do.
type ImportReport struct {
	DryRun                            bool
	Rows                              int
	Created, Updated, Skipped, Failed int         // rows
	Columns                           [][2]string // column and field, in the order of the file
	Ignored                           []string    // columns that go nowhere
	Errors                            []RowProblem
	LeftOut                           int // errors beyond the limit
	limit                             int
	lines                             []int // of the batch under way
}

// RowProblem is one error of one row, in DRF's words.
type RowProblem struct {
	Row, Line     int
	Field, Column string // Field is a path, "comments.0.body"; non_field_errors for the row itself
	Message, Code string
}

// failed notes the errors of a row.
func (im *importer) failed(row, line int, errs *Errors) {
	im.report.Failed++
	im.flatten(row, line, "", errs)
}

func (im *importer) flatten(row, line int, path string, errs *Errors) {
	for _, m := range errs.Messages {
		if len(im.report.Errors) >= im.report.limit {
			im.report.LeftOut++
			continue
		}
		field := path
		if field == "" {
			field = nonField
		}
		im.report.Errors = append(im.report.Errors,
			RowProblem{Row: row, Line: line, Field: field, Column: im.column[field], Message: m.Text, Code: m.Code})
	}
	for i, name := range errs.Names {
		below := name
		if path != "" {
			below = path + "." + name
		}
		im.flatten(row, line, below, errs.Below[i])
	}
}

// Say puts the messages of the report into a language.
func (r *ImportReport) Say(l words.Language) {
	for i := range r.Errors {
		r.Errors[i].Message = l.Say(r.Errors[i].Message)
	}
}

// AppendJSON appends the report as the system API shows it.
func (r *ImportReport) AppendJSON(dst []byte) []byte {
	dst = strconv.AppendBool(append(dst, `{"dry_run":`...), r.DryRun)
	for _, n := range []struct {
		name string
		n    int
	}{
		{"rows", r.Rows}, {"created", r.Created}, {"updated", r.Updated}, {"skipped", r.Skipped}, {"failed", r.Failed},
	} {
		dst = strconv.AppendInt(append(append(append(dst, `,"`...), n.name...), `":`...), int64(n.n), 10)
	}
	dst = append(dst, `,"columns":{`...)
	for i, c := range r.Columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value.AppendJSONString(append(value.AppendJSONString(dst, c[0]), ':'), c[1])
	}
	dst = append(dst, `},"ignored":[`...)
	for i, name := range r.Ignored {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value.AppendJSONString(dst, name)
	}
	dst = append(dst, `],"errors":[`...)
	for i := range r.Errors {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = r.Errors[i].appendJSON(dst)
	}
	dst = strconv.AppendInt(append(dst, `],"errors_left_out":`...), int64(r.LeftOut), 10)
	return append(dst, '}')
}

func (p *RowProblem) appendJSON(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"row":`...), int64(p.Row), 10)
	dst = strconv.AppendInt(append(dst, `,"line":`...), int64(p.Line), 10)
	for _, m := range [][2]string{{"field", p.Field}, {"column", p.Column}, {"message", p.Message}, {"code", p.Code}} {
		dst = value.AppendJSONString(append(value.AppendJSONString(append(dst, ','), m[0]), ':'), m[1])
	}
	return append(dst, '}')
}

// WriteErrors writes the errors as a CSV file; text that a spreadsheet would run is guarded.
func (r *ImportReport) WriteErrors(w io.Writer) error {
	out := []byte("row,line,column,field,message,code\r\n")
	for _, p := range r.Errors {
		out = strconv.AppendInt(out, int64(p.Row), 10)
		out = strconv.AppendInt(append(out, ','), int64(p.Line), 10)
		for _, s := range []string{p.Column, p.Field, p.Message, p.Code} {
			out = appendCell(append(out, ','), guardCell(s), ',', false)
		}
		out = append(out, '\r', '\n')
	}
	_, err := w.Write(out)
	return err
}
