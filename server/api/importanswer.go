package api

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/value"
)

// importRequest describes the form of an import to the system API's document.
type importRequest struct {
	File       string `json:"file" openapi:"optional,format=binary"`
	Upload     string `json:"upload" openapi:"optional"`
	Background bool   `json:"background" openapi:"optional"`
	Collection string `json:"collection" openapi:"optional"`
	Resource   string `json:"resource" openapi:"optional"`
	Format     string `json:"format" openapi:"optional,enum=csv|json|ndjson"`
	Delimiter  string `json:"delimiter" openapi:"optional"`
	Columns    string `json:"columns" openapi:"optional"`
	Match      string `json:"match" openapi:"optional"`
	Existing   string `json:"existing" openapi:"optional,enum=update|skip|error"`
	New        string `json:"new" openapi:"optional,enum=create|skip|error"`
	DryRun     bool   `json:"dry_run" openapi:"optional"`
	KeepGoing  bool   `json:"keep_going" openapi:"optional"`
	Unguard    bool   `json:"unguard" openapi:"optional"`
	Errors     string `json:"errors" openapi:"optional,enum=json|csv"`
}

// importBody describes the report of an import. Detail is there where the import ended early.
type importBody struct {
	Detail        string            `json:"detail,omitempty"`
	Group         *string           `json:"group"`
	DryRun        bool              `json:"dry_run"`
	Rows          int               `json:"rows"`
	Created       int               `json:"created"`
	Updated       int               `json:"updated"`
	Skipped       int               `json:"skipped"`
	Failed        int               `json:"failed"`
	Columns       map[string]string `json:"columns"`
	Ignored       []string          `json:"ignored"`
	Errors        []importRowError  `json:"errors"`
	ErrorsLeftOut int               `json:"errors_left_out"`
}

type importRowError struct {
	Row     int    `json:"row"`
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Column  string `json:"column"`
	Message string `json:"message"`
	Code    string `json:"code"`
}

// answer tells what an import has done: 200 with the report, 400 where bad rows refused the file. An import that ended
// early is its error, in the report where some of it was written.
func (j *importJob) answer(ctx context.Context, log *slog.Logger, report *rest.ImportReport, err error) (*Answer, error) {
	wrote := !report.DryRun && report.Created+report.Updated > 0
	var file *rest.ImportError
	if errors.As(err, &file) {
		err = rest.Validation(rest.FieldError("file", file.Error(), "invalid"))
	}
	if err != nil && !wrote {
		return nil, err
	}
	a := &Answer{Status: 200}
	var detail string
	switch {
	case err != nil:
		e := rest.FromError(err)
		if a.Status = e.Status; e.Status >= 500 {
			log.ErrorContext(ctx, "an import ended early", "group", j.origin.Group, "error", err)
		}
		if detail = e.Detail; file != nil {
			detail = file.Error()
		}
	case j.refuses(report):
		a.Status = 400
		if !wrote { // the pass that checks has found them
			report.DryRun, report.Created, report.Updated, report.Skipped = false, 0, 0, 0
		}
	}
	if wrote {
		a.Headers = append(a.Headers, [2]string{"Couplet-Group", j.origin.Group})
	}
	report.Say(j.language)
	if j.errorsCSV {
		return errorsFile(a, report)
	}
	a.Body = []byte{'{'}
	if detail != "" {
		a.Body = append(value.AppendJSONString(append(a.Body, `"detail":`...), j.language.Say(detail)), ',')
	}
	a.Body = append(a.Body, `"group":`...)
	if wrote {
		a.Body = value.AppendJSONString(a.Body, j.origin.Group)
	} else {
		a.Body = append(a.Body, "null"...)
	}
	members := strings.TrimPrefix(string(report.AppendJSON(nil)), "{")
	a.Body = append(append(a.Body, ','), members...)
	return a, nil
}

// errorsFile makes an answer the CSV file of the rows' errors.
func errorsFile(a *Answer, report *rest.ImportReport) (*Answer, error) {
	var b bytes.Buffer
	if err := report.WriteErrors(&b); err != nil {
		return nil, err
	}
	a.Body, a.Type = b.Bytes(), rest.FormatCSV.ContentType()
	a.Headers = append(a.Headers, [2]string{"Content-Disposition", `attachment; filename="errors.csv"`})
	return a, nil
}
