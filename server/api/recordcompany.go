package api

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// company is what a record of a full resource is told of beside its values and its version: what the caller may do with
// it (_can), how it and what it refers to call themselves (_display, _rel), and its files (_files).
type company struct{ can, display, files bool }

// allCompany is what is told unless with= says less.
var allCompany = company{true, true, true}

// readCompany reads with=.
func readCompany(raw url.Values, errs *rest.Errors) company {
	if !raw.Has("with") {
		return allCompany
	}
	var out company
	for name := range strings.SplitSeq(raw.Get("with"), ",") {
		switch strings.TrimSpace(name) {
		case "":
		case "can":
			out.can = true
		case "display":
			out.display = true
		case "files":
			out.files = true
		default:
			errs.Put("with", rest.Fail(strconv.Quote(name)+" is none of can, display and files.", "invalid_choice"))
		}
	}
	return out
}

// company reads with= of a request for one record.
func (c *Call) company() (company, error) {
	errs := &rest.Errors{}
	raw := url.Values{}
	if with, given := c.params.Last("with"); given {
		raw.Set("with", with)
	}
	with := readCompany(raw, errs)
	if !errs.Empty() {
		return with, rest.Validation(errs)
	}
	return with, nil
}

// companion knows what is to be told of some records of one page.
type companion struct {
	company
	*resource
	call   *Call
	shown  shown
	rights func(value.Value) store.Rights
	texts  map[*schema.Collection]texts
}

// texts are what records call themselves, by key. What the caller may not view is not there.
type texts map[value.Value]string

// appendRecords renders records of the full resource, with commas between them: one statement tells what the caller may
// do with all of them, one for each collection that they refer to what is called how.
func (r *resource) appendRecords(dst []byte, c *Call, rd *store.Reader, v shown, rows []*query.Row, with company) ([]byte, error) {
	m := &companion{company: with, resource: r, call: c, shown: v}
	if err := m.prepare(rd, rows); err != nil {
		return nil, err
	}
	ctx := c.context()
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendVersion(v.serializer.AppendJSON(dst, row, ctx), v.version.of(row))
		dst = append(m.append(dst[:len(dst)-1], row, ctx), '}')
	}
	return dst, nil
}

func (m *companion) prepare(rd *store.Reader, rows []*query.Row) (err error) {
	if m.can {
		keys := make([]value.Value, len(rows))
		for i, row := range rows {
			keys[i] = row.Key()
		}
		if m.rights, err = rd.Rights(m.def.Collection, keys, m.masked); err != nil {
			return err
		}
	}
	if !m.display {
		return nil
	}
	wanted := wantedTexts{}
	own := m.call.compiled.displays[m.def.Collection]
	for _, row := range rows {
		if !own.Plain() {
			wanted.add(m.def.Collection, row.Key())
		}
		m.shown.serializer.Shown(row, &rest.RenderContext{}, func(f *schema.Field) {
			for _, key := range m.referred(row, f) {
				wanted.add(f.To, key)
			}
		})
	}
	m.texts, err = wanted.load(m.call, rd)
	return err
}

// referred are the keys that a relation of a record holds.
func (m *companion) referred(row *query.Row, f *schema.Field) []value.Value {
	switch {
	case f.To == nil:
		return nil
	case f.Relation == schema.ManyToMany:
		linked := row.Many[m.shown.version.linked[f]]
		keys := make([]value.Value, len(linked))
		for i, to := range linked {
			keys[i] = to.Key()
		}
		return keys
	}
	if key := m.value(row, f); !key.IsNull() {
		return []value.Value{key}
	}
	return nil
}

func (m *companion) value(row *query.Row, f *schema.Field) value.Value {
	return row.Values[m.shown.version.columns[f.Position]]
}

func (m *companion) append(dst []byte, row *query.Row, ctx *rest.RenderContext) []byte {
	if m.can {
		dst = m.appendRights(dst, m.rights(row.Key()))
	}
	if m.display {
		dst = m.appendTexts(dst, row, ctx)
	}
	if m.files {
		dst = m.appendFiles(dst, row, ctx)
	}
	return dst
}

func (m *companion) appendRights(dst []byte, r store.Rights) []byte {
	dst = strconv.AppendBool(append(dst, `,"_can":{"change":`...), r.Change)
	dst = strconv.AppendBool(append(dst, `,"delete":`...), r.Delete)
	some := false
	for _, f := range r.ReadOnly {
		switch {
		case !m.call.Scope.Readable(f):
			continue
		case some:
			dst = append(dst, ',')
		default:
			dst = append(dst, `,"read_only":[`...)
		}
		some = true
		dst = value.AppendJSONString(dst, f.Name)
	}
	if some {
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (m *companion) appendTexts(dst []byte, row *query.Row, ctx *rest.RenderContext) []byte {
	own := m.call.compiled.displays[m.def.Collection]
	dst = append(dst, `,"_display":`...)
	if own.Plain() {
		dst = value.AppendJSONString(dst, own.TextOf(m.value(row, own.Field())))
	} else {
		dst = m.texts[m.def.Collection].append(dst, row.Key())
	}
	o := object{dst: dst, name: "_rel"}
	m.shown.serializer.Shown(row, ctx, func(f *schema.Field) {
		switch {
		case f.To == nil:
			return
		case f.Relation != schema.ManyToMany:
			o.member(f.Name)
			o.dst = m.texts[f.To].append(o.dst, m.value(row, f))
			return
		}
		o.member(f.Name)
		o.dst = append(o.dst, '[')
		for i, key := range m.referred(row, f) {
			if i > 0 {
				o.dst = append(o.dst, ',')
			}
			o.dst = m.texts[f.To].append(o.dst, key)
		}
		o.dst = append(o.dst, ']')
	})
	return o.end()
}

func (m *companion) appendFiles(dst []byte, row *query.Row, ctx *rest.RenderContext) []byte {
	o := object{dst: dst, name: "_files"}
	m.shown.serializer.Shown(row, ctx, func(f *schema.Field) {
		if k := f.Type.Kind; k != value.File && k != value.Image {
			return
		}
		name := m.value(row, f).Text()
		if name == "" {
			return
		}
		o.member(f.Name)
		o.dst = value.AppendJSONString(append(o.dst, `{"name":`...), path.Base(name))
		o.dst = append(o.dst, `,"size":`...)
		if size, ok := m.call.API.Store.Files.Size(name); ok {
			o.dst = strconv.AppendInt(o.dst, size, 10)
		} else {
			o.dst = append(o.dst, "null"...)
		}
		o.dst = value.AppendJSONString(append(o.dst, `,"url":`...), ctx.FileURL(name))
		o.dst = append(o.dst, '}')
	})
	return o.end()
}

// append appends what the record with a key calls itself, null where the caller may not know.
func (t texts) append(dst []byte, key value.Value) []byte {
	if text, ok := t[key]; ok {
		return value.AppendJSONString(dst, text)
	}
	return append(dst, "null"...)
}

// object appends `,"name":{…}` with its members, and nothing where it has none.
type object struct {
	dst  []byte
	name string
	some bool
}

func (o *object) member(name string) {
	if o.some {
		o.dst = append(o.dst, ',')
	} else {
		o.dst = append(append(append(o.dst, `,"`...), o.name...), `":{`...)
	}
	o.some = true
	o.dst = append(value.AppendJSONString(o.dst, name), ':')
}

func (o *object) end() []byte {
	if o.some {
		return append(o.dst, '}')
	}
	return o.dst
}
