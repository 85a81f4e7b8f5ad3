package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

// importParameters are the parameters of an import, in the query or as fields of the form.
var importParameters = []struct{ name, doc string }{
	{"collection", "The collection to import into, through its full resource."},
	{"resource", "The public resource to import through, in the place of a collection."},
	{"upload", "A file that was sent ahead (uploads/), in the place of the file."},
	{"background", "1: answer at once; progress is at imports/{id}/."},
	{"format", "csv, json or ndjson. Without it the content type, the file's name or its first bytes tell."},
	{"delimiter", "CSV: what stands between cells. Without it the first line tells."},
	{"columns", "A JSON object of columns of the file and the fields they go to, \"\" for none. Others go to the field of their name."},
	{"match", "The key or a unique field, by which a row finds its record. Without it every row is new."},
	{"existing", "Rows whose record exists: update, skip or error."},
	{"new", "Rows without a record: create, skip or error."},
	{"dry_run", "1: check every row and keep nothing."},
	{"keep_going", "1: write the good rows of a file that has bad ones."},
	{"unguard", "0: keep the apostrophes that a guarded CSV export has put before formulas."},
	{"errors", "csv: answer the rows' errors as a CSV file."},
}

// importInput is a received file with its parameters.
type importInput struct {
	file    *store.Upload
	values  map[string]string
	format  rest.Format // that the content type or the file's name says
	discard func()
}

func (in *importInput) get(name string) string { return in.values[name] }

// choice reads a parameter that has few values, the first of which is the default.
func (in *importInput) choice(name string, values []string, errs *rest.Errors) string {
	text := in.get(name)
	if text == "" {
		return values[0]
	}
	if !slices.Contains(values, text) {
		errs.Put(name, rest.Fail(strconv.Quote(text)+" is not a valid choice.", "invalid_choice"))
	}
	return text
}

// set keeps a parameter, and refuses one that does not exist: a dry run with a slip in its name would not be one.
func (in *importInput) set(name, text string, errs *rest.Errors) {
	for _, p := range importParameters {
		if p.name == name {
			in.values[name] = text
			return
		}
	}
	errs.Put(name, rest.Fail("There is no such parameter.", "invalid"))
}

// receiveImport reads the request: its parameters, and its file into the staging folder.
func (c *Call) receiveImport() (*importInput, error) {
	in := &importInput{values: map[string]string{}, discard: func() {}}
	errs := &rest.Errors{}
	c.params.Each(func(name, text string) { in.set(name, text, errs) })
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	if err := c.fiber.RequestCtx().Conn().SetReadDeadline(time.Now().Add(uploadTime)); err != nil {
		return nil, err
	}
	kind := string(c.fiber.Request().Header.ContentType())
	if token := in.values["upload"]; token != "" {
		return in, c.receiveNothing(in, token)
	}
	media, params, err := mime.ParseMediaType(kind)
	if err == nil && media == "application/json" && len(in.values) == 0 {
		return in, c.receiveJSON(in)
	}
	if err == nil && media == "multipart/form-data" {
		return in, c.receiveForm(in)
	}
	format, known := importTypes[media]
	if charset := strings.ToLower(params["charset"]); charset != "" && charset != "utf-8" && charset != "utf8" && charset != "us-ascii" {
		return nil, rest.ParseError("Unsupported charset " + strconv.Quote(charset) + " in request Content-Type header.")
	}
	if err != nil || !known {
		return nil, rest.UnsupportedMediaType(kind)
	}
	in.format = format
	return in, c.receiveBody(in)
}

// importTypes are the media types of files.
var importTypes = map[string]rest.Format{
	"text/csv": rest.FormatCSV, "text/tab-separated-values": rest.FormatCSV, "application/csv": rest.FormatCSV,
	"application/json": rest.FormatJSON, "application/x-ndjson": rest.FormatNDJSON, "application/ndjson": rest.FormatNDJSON,
	"application/jsonl": rest.FormatNDJSON, "application/octet-stream": "", "text/plain": "",
}

// takeUpload makes a file that was sent ahead the one that is imported. It stays there for the next step.
func (c *Call) takeUpload(in *importInput, token string, errs *rest.Errors) {
	u := c.API.staged.get(token, c.userID(), c.API.Jobs.Now())
	if u == nil {
		errs.Put("upload", rest.Fail("There is no such upload, or it has expired. Send the file again.", "no_upload"))
		return
	}
	own, err := u.part.Upload.Again()
	if err != nil {
		errs.Put("upload", rest.Fail("The upload cannot be read. Send the file again.", "no_upload"))
		return
	}
	in.file, in.discard = own, own.Discard
	in.format, _ = rest.FormatOf(strings.ToLower(strings.TrimPrefix(filepath.Ext(u.part.Name), ".")))
}

// receiveNothing imports an upload that the query names.
func (c *Call) receiveNothing(in *importInput, token string) error {
	errs := &rest.Errors{}
	c.takeUpload(in, token, errs)
	if !errs.Empty() {
		return rest.Validation(errs)
	}
	return nil
}

// receiveJSON reads the parameters of an import of an upload from a JSON object. An array is the file itself.
func (c *Call) receiveJSON(in *importInput) error {
	body := bufio.NewReader(c.reader())
	for {
		b, err := body.ReadByte()
		if err != nil || !strings.ContainsRune(" \t\r\n", rune(b)) {
			if err == nil {
				err = body.UnreadByte()
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return rest.ParseError("The body could not be read.")
			}
			if b != '{' {
				in.format = rest.FormatJSON
				return c.stage(in, body)
			}
			break
		}
	}
	raw, err := io.ReadAll(io.LimitReader(body, rest.MaxBody+1))
	if err != nil || len(raw) > rest.MaxBody {
		return rest.ParseError("The body could not be read.")
	}
	members, err := jsonObject(raw)
	if err != nil {
		return err
	}
	errs := &rest.Errors{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		text, is := members[name].(string)
		if members[name] == nil {
			continue
		}
		if !is {
			b, err := encode(members[name])
			if err != nil {
				return err
			}
			text = string(b)
		}
		in.set(name, text, errs)
	}
	if errs.Empty() {
		c.takeUpload(in, in.values["upload"], errs)
	}
	if !errs.Empty() {
		return rest.Validation(errs)
	}
	return nil
}

func (c *Call) receiveBody(in *importInput) error { return c.stage(in, c.reader()) }

// stage receives the file.
func (c *Call) stage(in *importInput, from io.Reader) error {
	body := &watched{r: from}
	file, err := c.API.Store.Files.Stage("import", body, c.API.MaxFile)
	switch {
	case errors.Is(err, store.ErrTooLarge):
		return rest.TooLarge("The file is larger than " + strconv.FormatInt(c.API.MaxFile, 10) + " bytes.")
	case err != nil && body.broken:
		return rest.ParseError("The body could not be read.")
	case err != nil:
		return err
	}
	in.file, in.discard = file, file.Discard
	return nil
}

// receiveForm reads a form with one file, named "file"; its fields win over the query.
func (c *Call) receiveForm(in *importInput) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	in.discard = func() { body.Discard(true) }
	errs := &rest.Errors{}
	for _, name := range body.Node.Form.Names() {
		v := body.Node.Form.Last(name)
		switch {
		case name != "file":
			in.set(name, v.Text, errs)
		case v.Kind != rest.FileNode || v.File.Upload == nil:
			errs.Put(name, rest.Fail("The submitted data was not a file. Check the encoding type on the form.", "invalid"))
		case len(body.Node.Form.All(name)) > 1:
			errs.Put(name, rest.Fail("Send one file at a time.", "invalid"))
		default:
			in.file = v.File.Upload
			ext := v.File.Name[strings.LastIndexByte(v.File.Name, '.')+1:]
			in.format, _ = rest.FormatOf(strings.ToLower(ext))
		}
	}
	if token := in.values["upload"]; token != "" && in.file == nil && errs.Empty() {
		c.takeUpload(in, token, errs)
	}
	if in.file == nil && errs.Empty() {
		errs.Put("file", rest.Fail("No file was submitted.", "required"))
	}
	if !errs.Empty() {
		in.discard()
		return rest.Validation(errs)
	}
	return nil
}

func importSource(in *importInput, errs *rest.Errors) rest.ImportSource {
	s := rest.ImportSource{Format: in.format, Delimiter: delimiterOf("delimiter", in.get("delimiter"), errs)}
	if name := in.get("format"); name != "" {
		format, known := rest.FormatOf(name)
		if !known {
			errs.Put("format", rest.Fail(strconv.Quote(name)+" is not a valid choice.", "invalid_choice"))
		}
		s.Format = format
	}
	s.Limits.Bytes = in.file.Size
	return s
}

var importActions = map[string]rest.ImportAction{
	"update": rest.ActUpdate, "create": rest.ActCreate, "skip": rest.ActSkip, "error": rest.ActRefuse,
}

func importPlan(in *importInput, errs *rest.Errors) rest.ImportPlan {
	p := rest.ImportPlan{
		Match:     in.get("match"),
		Existing:  importActions[in.choice("existing", []string{"update", "skip", "error"}, errs)],
		New:       importActions[in.choice("new", []string{"create", "skip", "error"}, errs)],
		DryRun:    boolOf("dry_run", in.get("dry_run"), false, errs),
		KeepGoing: boolOf("keep_going", in.get("keep_going"), false, errs),
		Unguard:   boolOf("unguard", in.get("unguard"), true, errs),
	}
	if text := in.get("columns"); text != "" && json.Unmarshal([]byte(text), &p.Columns) != nil {
		errs.Put("columns", rest.Fail("Give a JSON object of columns and fields.", "invalid"))
	}
	return p
}
