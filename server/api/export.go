package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// Bounds of exports. A page has the deadline of any read; the whole has one of its own, since it goes at the speed of
// the client.
const (
	exportTime    = time.Hour
	exportPage    = 30 * time.Second
	exportStall   = time.Minute // a client that takes nothing for so long has gone
	snapshotTime  = 5 * time.Minute
	snapshotBytes = 4 << 30
	maxExports    = 32
	maxSnapshots  = 2
	maxImports    = 4
	maxBulks      = 4 // in the background
	maxReverts    = 2 // in the background
	maxApplies    = 2 // in the background; one waits for the other
)

// fileWork bounds how many exports, imports, bulks, reverts and changes of the schema in the background, and plans of
// one, go on at once, since each holds memory, disk or the writer: a plan of the largest document takes half a gigabyte.
type fileWork struct{ exports, snapshots, imports, bulks, reverts, applies, plans, backups, examinations chan struct{} }

func newFileWork() fileWork {
	return fileWork{
		make(chan struct{}, maxExports), make(chan struct{}, maxSnapshots), make(chan struct{}, maxImports),
		make(chan struct{}, maxBulks), make(chan struct{}, maxReverts), make(chan struct{}, maxApplies),
		make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)}
}

// take takes one of the places, or answers 503 where all are taken.
func take(places chan struct{}) (release func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	default:
		return nil, &rest.APIError{Status: 503, Code: "busy", Detail: "Too much work of this kind is under way.",
			Headers: [][2]string{{"Retry-After", "5"}}}
	}
}

// wait takes one of the places as soon as there is one.
func wait(ctx context.Context, places chan struct{}) (release func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// exportOrder is what a request asks of an export.
type exportOrder struct {
	options  rest.ExportOptions
	ending   string // of the file's name
	snapshot bool   // all of one state of the database, read before the first byte goes out
}

// exportNames are the parameters of a list that are about its export.
var exportNames = []string{"export", "snapshot", "export_delimiter", "export_bom", "export_guard"}

// asksExport reports whether a list is wanted as a file: then Accept and ?format= do not count.
func asksExport(p *rest.Params) bool { return p.Has("export") }

// exportAsked reads the parameters of an export.
func exportAsked(p *rest.Params) (exportOrder, error) {
	errs := &rest.Errors{}
	name := p.Get("export")
	format, known := rest.FormatOf(name)
	if !known {
		errs.Put("export", rest.Fail(strconv.Quote(name)+" is not a valid choice: csv, json or ndjson.", "invalid_choice"))
	}
	o := exportOrder{options: rest.ExportOptions{Format: format}, ending: string(format)}
	o.options.Delimiter = delimiterOf("export_delimiter", p.Get("export_delimiter"), errs)
	if name == "tsv" && o.options.Delimiter == 0 {
		o.options.Delimiter, o.ending = '\t', name
	}
	o.options.BOM = boolOf("export_bom", p.Get("export_bom"), false, errs)
	o.options.Guard = boolOf("export_guard", p.Get("export_guard"), true, errs)
	o.snapshot = boolOf("snapshot", p.Get("snapshot"), false, errs)
	if !errs.Empty() {
		return o, rest.Validation(errs)
	}
	return o, nil
}

// delimiters are what may stand between the cells of a CSV file.
var delimiters = map[string]byte{"": 0, ",": ',', ";": ';', "|": '|', "\t": '\t', `\t`: '\t', "tab": '\t'}

func delimiterOf(name, text string, errs *rest.Errors) byte {
	d, known := delimiters[text]
	if !known {
		errs.Put(name, rest.Fail(strconv.Quote(text)+` is not a valid choice: ",", ";", "|" or "tab".`, "invalid_choice"))
	}
	return d
}

// boolOf reads a switch in DRF's words; text "" is otherwise.
func boolOf(name, text string, otherwise bool, errs *rest.Errors) bool {
	switch text {
	case "":
		return otherwise
	case "1", "true", "True", "on", "yes":
		return true
	case "0", "false", "False", "off", "no":
		return false
	}
	errs.Put(name, rest.Fail("Must be a valid boolean.", "invalid"))
	return otherwise
}

// export answers a list as a file: what the list's parameters choose, all pages of it. order nil is the list's own.
func (r *resource) export(c *Call, v listed, order []schema.Order, more []query.Cond) (*Answer, error) {
	asked, err := exportAsked(c.params)
	if err != nil {
		return nil, err
	}
	list := query.List{Scope: c.Scope, Order: order}
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		list.Where, err = v.listing.Where(rest.ListInput{Params: c.params, Scope: c.Scope, Find: rd})
		return err
	})
	if err != nil {
		return nil, err
	}
	list.Where = append(list.Where, more...)
	name := r.def.Name + "." + asked.ending
	answer := &Answer{Status: 200, Type: asked.options.Format.ContentType(), Headers: [][2]string{
		{"Content-Disposition", `attachment; filename="` + name + `"`},
	}}
	if c.Method == "HEAD" {
		return answer, nil
	}
	asked.options.Columns = v.serializer.ExportColumns(c.context().Sight)
	if asked.snapshot {
		return answer, c.snapshot(answer, v.serializer, list, asked.options)
	}
	return answer, c.stream(answer, v.serializer, list, asked.options)
}

// stream makes the answer an export that is read as it is sent. What fits one page is sent as any answer is, and what
// goes wrong on the first page is still an error in DRF's form; later the connection breaks off, so that nobody takes
// a part for the whole.
func (c *Call) stream(answer *Answer, s *rest.Serializer, list query.List, opt rest.ExportOptions) error {
	release, err := take(c.API.files.exports)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.API.life, exportTime)
	st, scope, log := c.API.Store, c.Scope, c.API.Log
	x := newExportReader(s, list, c.context(), opt, func(fn func(db.Conn) error) error {
		page, end := context.WithTimeout(ctx, exportPage)
		defer end()
		return st.Read(page, scope, func(rd *store.Reader) error { return fn(rd) })
	})
	end := func() {
		cancel()
		release()
		if x.err != nil {
			log.Error("an export broke off", "path", answer.Headers[0][1], "error", x.err)
		}
	}
	x.fill()
	if x.err != nil || x.done {
		err := x.err
		x.err = nil
		end()
		answer.Body = x.buf.Bytes()
		return err
	}
	answer.Stream, answer.Size = c.paced(x, end), -1
	return nil
}

// snapshot makes the answer a file that was exported from one state of the database before anything is sent.
func (c *Call) snapshot(answer *Answer, s *rest.Serializer, list query.List, opt rest.ExportOptions) error {
	release, err := take(c.API.files.snapshots)
	if err != nil {
		return err
	}
	defer release()
	ctx, cancel := context.WithTimeout(c.API.life, snapshotTime)
	defer cancel()
	var spooled *store.Upload
	err = c.API.Store.Read(ctx, c.Scope, func(rd *store.Reader) (err error) {
		x := newExportReader(s, list, c.context(), opt, func(fn func(db.Conn) error) error { return fn(rd) })
		spooled, err = c.API.Store.Files.Stage("export", x, snapshotBytes)
		return err
	})
	if errors.Is(err, store.ErrTooLarge) {
		return rest.TooLarge("The export is too large for a snapshot: leave out snapshot=1.")
	}
	if err != nil {
		return err
	}
	file, err := spooled.Open()
	if err != nil {
		spooled.Discard()
		return err
	}
	answer.Size = int(spooled.Size)
	answer.Stream = c.paced(file, func() {
		_ = file.Close()
		spooled.Discard()
	})
	return nil
}
