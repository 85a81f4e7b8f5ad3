package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// maxPeople is how many people of one record are told of by name.
const maxPeople = 50

// presentRecord is who is at a record, as a frame tells it.
type presentRecord struct {
	PK     json.RawMessage `json:"pk"`
	Count  int             `json:"count"`
	People []*presentUser  `json:"people"`
}

type presentUser struct {
	User   person    `json:"user"`
	Since  time.Time `json:"since"`
	Fields []string  `json:"fields"`
	Tabs   int       `json:"tabs"`
	conns  map[*conn]bool
}

// tellRooms tells who came, went and moved.
func (h *Hub) tellRooms() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		if len(r.moved) == 0 {
			r.welcome()
			continue
		}
		if err := h.tellRoom(r); err != nil && h.life.Err() == nil {
			h.Log.Error("live: presence could not be told", "collection", r.collection.Name, "error", err)
			for _, t := range r.sights {
				for s := range t.subs {
					h.reset(s)
				}
			}
		}
	}
}

// tellRoom decides anew who sees whom at the records where somebody moved, and tells what is another than before.
func (h *Hub) tellRoom(r *room) error {
	moved := r.moved
	r.moved = map[value.Value]bool{}
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	news := map[*sight][][]byte{}
	err := h.Store.Read(ctx, access.System(h.state.Policy), func(rd *store.Reader) error {
		if rd.State != h.state { // a change of the schema is on its way: it resets everybody
			return nil
		}
		for _, t := range r.sights {
			if err := t.renew(ctx, h.Store.Now()); err != nil {
				return err
			}
		}
		for key := range moved {
			if err := r.tellRecord(rd, key, news); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for t, records := range news {
		for s := range t.subs {
			if !s.fresh {
				s.conn.send(presenceMessage(s.id, records, false))
			}
		}
	}
	r.welcome()
	return nil
}

// welcome tells those who have just come of everything.
func (r *room) welcome() {
	for _, t := range r.sights {
		for s := range t.subs {
			if !s.fresh {
				continue
			}
			s.fresh = false
			all := make([][]byte, 0, len(t.told))
			for _, text := range t.told {
				all = append(all, text)
			}
			s.conn.send(presenceMessage(s.id, all, true))
		}
	}
}

// tellRecord adds to the news what is another than before at one record.
func (r *room) tellRecord(rd *store.Reader, key value.Value, news map[*sight][][]byte) error {
	rec, err := rd.Record(r.collection, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	sees := map[*sight]bool{}
	for _, t := range r.sights {
		if rec != nil && (t.only.IsNull() || t.only == key) {
			if sees[t], err = t.List.Holds(rec, rd.Dialect()); err != nil && !errors.Is(err, query.ErrUndecided) {
				return err
			}
		}
	}
	var here []*sub // those who may still say that they are here
	for s := range r.places[key] {
		if sees[s.sight] {
			here = append(here, s)
		}
	}
	for _, t := range r.sights {
		at := presentRecord{PK: t.KeyType.AppendJSON(nil, key), People: []*presentUser{}}
		if sees[t] {
			if err := t.people(&at, here, rec); err != nil {
				return err
			}
		}
		text, err := json.Marshal(at)
		if err != nil {
			return err
		}
		if before := t.told[key]; bytes.Equal(before, text) || before == nil && at.Count == 0 {
			continue
		}
		if t.told[key] = text; at.Count == 0 {
			delete(t.told, key)
		}
		news[t] = append(news[t], text)
	}
	return nil
}

// people lists the users at a record as a sight sees them: each once, in the order in which they came.
func (t *sight) people(at *presentRecord, here []*sub, rec *store.Record) error {
	users := map[string]*presentUser{}
	for _, s := range here {
		p := s.place
		u := users[p.who.ID]
		if u == nil {
			u = &presentUser{User: p.who, Since: p.since, Fields: []string{}, conns: map[*conn]bool{}}
			users[p.who.ID] = u
			at.People = append(at.People, u)
		}
		if p.since.Before(u.Since) {
			u.Since = p.since
		}
		u.conns[s.conn] = true
		if p.field == "" || slices.Contains(u.Fields, p.field) {
			continue
		}
		reads, err := t.List.Scope.ReadableIn(t.room.collection.Field(p.field), rec)
		if err != nil {
			return err
		}
		if reads {
			u.Fields = append(u.Fields, p.field)
		}
	}
	for _, u := range users {
		slices.Sort(u.Fields)
		u.Tabs = len(u.conns)
	}
	slices.SortFunc(at.People, func(a, b *presentUser) int {
		if n := a.Since.Compare(b.Since); n != 0 {
			return n
		}
		return strings.Compare(a.User.ID, b.User.ID)
	})
	at.Count = len(at.People)
	at.People = at.People[:min(at.Count, maxPeople)]
	return nil
}

func presenceMessage(id string, records [][]byte, full bool) *message {
	b := value.AppendJSONString([]byte(`{"op":"presence","id":`), id)
	if full {
		b = append(b, `,"full":true`...)
	}
	b = append(append(b, `,"records":[`...), bytes.Join(records, []byte{','})...)
	return &message{op: "presence", text: append(b, "]}"...)}
}
