package webhooks

import (
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// maxBody bounds a message; what is larger is sent without the record.
const maxBody = 1 << 20

// message is one change as one webhook is told of it.
type message struct {
	plan   *plan
	event  *event
	change *store.Change
	now    *store.Past // the record: after a create or update, before a delete
	before *store.Past // of an update
	reader *store.Reader
}

// pastTenses name the events: "articles.created".
var pastTenses = map[string]string{store.OpCreate: "created", store.OpUpdate: "updated", store.OpDelete: "deleted"}

func (m *message) name() string { return m.event.collection.Name + "." + pastTenses[m.change.Op] }

// body writes {"type", "timestamp", "data": {"collection", "key", "changeset", "record", "before"}}; before holds what an
// update changed of what is sent.
func (m *message) body() ([]byte, error) {
	c := m.event.collection
	b := head(m.name(), m.change.At)
	b = value.AppendJSONString(append(b, `"collection":`...), c.Name)
	b = c.Key.Type.AppendJSON(append(b, `,"key":`...), m.now.Values[0])
	b = value.AppendJSONString(append(b, `,"changeset":`...), m.change.Changeset)
	short := len(b)
	b, err := m.fields(append(b, `,"record":`...), m.now, func(*schema.Field) bool { return true })
	if err == nil && m.change.Op == store.OpUpdate && m.before != nil {
		b, err = m.fields(append(b, `,"before":`...), m.before, m.changed)
	}
	if len(b) > maxBody {
		b = append(b[:short], `,"record":null,"too_large":true`...)
	}
	return append(b, "}}"...), err
}

// head begins a message up to its data.
func head(name string, at time.Time) []byte {
	b := value.AppendJSONString([]byte(`{"type":`), name)
	b = value.Type{Kind: value.DateTime}.AppendJSON(append(b, `,"timestamp":`...), value.FormatDateTime(at))
	return append(b, `,"data":{`...)
}

// fields writes those of a record that the webhook's user may read.
func (m *message) fields(b []byte, p *store.Past, some func(*schema.Field) bool) ([]byte, error) {
	rec := m.reader.NewRecord(m.event.collection, p.Values)
	b = append(b, '{')
	comma := false
	for _, f := range m.event.fields {
		if !some(f) {
			continue
		}
		if ok, err := m.plan.scope.ReadableIn(f, rec); err != nil {
			return b, err
		} else if !ok {
			continue
		}
		if comma {
			b = append(b, ',')
		}
		comma = true
		b = append(value.AppendJSONString(b, f.Name), ':')
		if f.Relation == schema.ManyToMany {
			b = appendKeys(b, f, p.Links[f])
		} else {
			b = f.Type.AppendJSON(b, p.Values[f.Position])
		}
	}
	return append(b, '}'), nil
}

// changed reports whether an update changed a field.
func (m *message) changed(f *schema.Field) bool {
	if f.Relation != schema.ManyToMany {
		return value.Compare(m.before.Values[f.Position], m.now.Values[f.Position]) != 0
	}
	before, now := m.before.Links[f], m.now.Links[f]
	for i := range before {
		if len(before) != len(now) || value.Compare(before[i], now[i]) != 0 {
			return true
		}
	}
	return len(before) != len(now)
}

func appendKeys(b []byte, f *schema.Field, keys []value.Value) []byte {
	b = append(b, '[')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = f.To.Key.Type.AppendJSON(b, k)
	}
	return append(b, ']')
}
