package api

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/couplet/couplet/server/rest"
)

// sniffRequest asks what an upload holds.
type sniffRequest struct {
	Upload     string `json:"upload"`
	Collection string `json:"collection" openapi:"optional"`
	Resource   string `json:"resource" openapi:"optional"`
	Format     string `json:"format" openapi:"optional,enum=csv|json|ndjson"`
	Delimiter  string `json:"delimiter" openapi:"optional"`
	Name       string `json:"name" openapi:"optional" doc:"Of the collection that is proposed; else the file's name."`
}

// sniffBody is what the beginning of a file tells.
type sniffBody struct {
	Format    string          `json:"format"`
	Delimiter string          `json:"delimiter"`
	Size      int64           `json:"size"`
	Examined  int             `json:"examined" doc:"Rows that were looked at."`
	More      bool            `json:"more"`
	Columns   []sniffedColumn `json:"columns"`
	Rows      [][]*string     `json:"rows"`
	Proposed  *proposed       `json:"proposed"`
}

type sniffedColumn struct {
	Name    string   `json:"name"`
	Field   string   `json:"field" doc:"Where it would go; empty where none fits."`
	Type    string   `json:"type"`
	Empty   int      `json:"empty"`
	Longest int      `json:"longest"`
	Samples []string `json:"samples"`
}

// proposed is a collection that would hold the file: its definition for the schema document, and which column goes to
// which of its fields.
type proposed struct {
	Name       string            `json:"name"`
	Definition json.RawMessage   `json:"definition"`
	Columns    map[string]string `json:"columns"`
}

// sniffedRows is how many rows are looked at.
const sniffedRows = 10_000

func (c *Call) sniffImport() (any, error) {
	if !c.mayWriteSomething() {
		return nil, c.denied()
	}
	var in sniffRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	errs := &rest.Errors{}
	values := map[string]string{"collection": in.Collection, "resource": in.Resource, "format": in.Format, "delimiter": in.Delimiter}
	input := &importInput{values: values}
	c.takeUpload(input, in.Upload, errs)
	var target *resource
	if in.Collection != "" || in.Resource != "" {
		if target = c.importTarget(input, errs); target != nil && !c.mayFill(target) {
			return nil, c.denied()
		}
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	source := importSource(input, errs)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	f, err := input.file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return sniff(f, source, in, input, target)
}

// mayFill reports whether the caller may add to or change a resource's records at all.
func (c *Call) mayFill(r *resource) bool {
	sub := *c
	sub.Scope = c.Scope.WithResource(r.def)
	return r.mayImport(&sub, rest.ImportPlan{}) || r.mayImport(&sub, rest.ImportPlan{Match: "id", New: rest.ActSkip})
}

func sniff(f *os.File, source rest.ImportSource, in sniffRequest, input *importInput, target *resource) (any, error) {
	reader, err := rest.NewImportReader(f, source)
	var p *rest.Preview
	if err == nil {
		p, err = reader.Preview(sniffedRows)
	}
	var wrong *rest.ImportError
	if errors.As(err, &wrong) {
		return nil, rest.Validation(rest.FieldError("upload", wrong.Error(), "invalid"))
	}
	if err != nil {
		return nil, err
	}
	out := sniffBody{
		Format: string(reader.Format), Size: input.file.Size, Examined: p.Examined, More: p.More, Columns: []sniffedColumn{}, Rows: append([][]*string{}, p.Rows...),
	}
	for text, d := range delimiters {
		if d == reader.Delimiter && d != 0 {
			out.Delimiter = text
		}
	}
	taken := map[string]bool{}
	for _, col := range p.Columns {
		field := ""
		if target != nil {
			if field = target.serializer.GuessColumn(col.Name); taken[field] {
				field = ""
			}
			taken[field] = true
		}
		out.Columns = append(out.Columns, sniffedColumn{col.Name, field, col.Type, col.Empty, col.Longest, append([]string{}, col.Samples...)})
	}
	if target == nil {
		name := in.Name
		if name == "" {
			name = strings.TrimSuffix(input.file.Name, filepath.Ext(input.file.Name))
		}
		if out.Proposed, err = propose(name, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// propose makes a collection of what a file holds. A field's limits leave room for rows that were not looked at.
func propose(name string, p *rest.Preview) (*proposed, error) {
	out := &proposed{Name: documentName(name, "records"), Columns: map[string]string{}}
	if out.Name == "users" {
		out.Name = "people"
	}
	used := map[string]bool{}
	fields, display := []byte{'{'}, ""
	for i, col := range p.Columns {
		field := documentName(col.Name, "column_"+strconv.Itoa(i+1))
		if field == "id" || field == "pk" { // the new collection has a key of its own
			field = "original_" + field
		}
		for n := 2; used[field]; n++ {
			field = documentName(col.Name, "column") + "_" + strconv.Itoa(n)
		}
		used[field], out.Columns[col.Name] = true, field
		text, err := encode(proposedField(col))
		if err != nil {
			return nil, err
		}
		key, err := encode(field)
		if err != nil {
			return nil, err
		}
		if len(fields) > 1 {
			fields = append(fields, ',')
		}
		fields = append(append(append(fields, key...), ':'), text...)
		if display == "" && col.Type == "char" {
			display = field
		}
	}
	var err error
	out.Definition, err = encode(struct {
		Display string          `json:"display,omitempty"`
		Fields  json.RawMessage `json:"fields"`
	}{display, append(fields, '}')})
	return out, err
}

// fieldDefinition is a field of the schema document.
type fieldDefinition struct {
	Type   string `json:"type"`
	Label  string `json:"verbose_name,omitempty"`
	Length int    `json:"max_length,omitempty"`
	Digits int    `json:"max_digits,omitempty"`
	Places *int   `json:"decimal_places,omitempty"`
	Null   bool   `json:"null,omitempty"`
	Blank  bool   `json:"blank,omitempty"`
}

// lengths are those that texts of one line are given.
var lengths = []int{20, 50, 100, 200, 255}

func proposedField(col *rest.ColumnFacts) fieldDefinition {
	f := fieldDefinition{Type: col.Type, Label: col.Name}
	switch col.Type {
	case "char":
		f.Blank = true
		for _, n := range lengths {
			if f.Length = n; n >= col.Longest*3/2 {
				break
			}
		}
	case "text", "email", "url":
		f.Blank = true
	case "decimal":
		places := col.Places
		f.Digits, f.Places = max(col.Whole+places+2, 10), &places
		f.Null = col.Empty > 0
	default:
		f.Null = col.Empty > 0
	}
	return f
}

// documentName makes a text fit for a name of the schema document, otherwise where nothing is left of it.
func documentName(text, otherwise string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'ß':
			b.WriteString("ss")
		case unicode.Is(unicode.Mn, r):
		case !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	for strings.Contains(name, "__") {
		name = strings.ReplaceAll(name, "__", "_")
	}
	if name = strings.TrimLeft(name, "0123456789_"); name == "" {
		return otherwise
	}
	return strings.TrimRight(name[:min(len(name), 50)], "_")
}
