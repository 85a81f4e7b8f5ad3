package live

import (
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// message is one frame to a client.
type message struct {
	op     string
	cursor string // how much of the changes the client has been told with it; "" says nothing of that
	text   []byte // JSON
	quiet  bool   // there is nothing in it but the cursor
}

// sharing keeps the messages of one commit, of which many connections get the same.
type sharing map[shape]*message

type shape struct {
	of    *result
	id    string
	count int64
}

// message writes what a commit does to the subscriptions of one connection.
func (s sharing) message(hits []hit, cursor string) *message {
	for _, h := range hits {
		if h.sub.count >= 0 {
			h.sub.count += h.delta
		}
	}
	if len(hits) > 1 {
		slices.SortFunc(hits, func(a, b hit) int { return strings.Compare(a.sub.id, b.sub.id) })
		return changesMessage(hits, cursor, false)
	}
	at := shape{hits[0].result, hits[0].sub.id, hits[0].sub.count}
	if s[at] == nil {
		s[at] = changesMessage(hits, cursor, false)
	}
	return s[at]
}

// changesMessage writes a frame of changes. Counts are told of the lists where they changed, or of all.
func changesMessage(hits []hit, cursor string, counts bool) *message {
	b := value.AppendJSONString([]byte(`{"op":"changes","cursor":`), cursor)
	b = append(b, `,"events":[`...)
	first := true
	for _, h := range hits {
		for _, e := range h.events {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(value.AppendJSONString(append(b, `{"id":`...), h.sub.id), ',')
			b = append(b, e...)
		}
	}
	b = append(b, ']')
	lead := `,"counts":{`
	for _, h := range hits {
		if h.sub.count < 0 || h.delta == 0 && !counts {
			continue
		}
		b = append(value.AppendJSONString(append(b, lead...), h.sub.id), ':')
		b = strconv.AppendInt(b, h.sub.count, 10)
		lead = ","
	}
	if lead == "," {
		b = append(b, '}')
	}
	return &message{op: "changes", cursor: cursor, text: append(b, '}'), quiet: first}
}

func snapshotMessage(s *sub, results []byte, cursor string) *message {
	b := value.AppendJSONString([]byte(`{"op":"snapshot","id":`), s.id)
	b = value.AppendJSONString(append(b, `,"cursor":`...), cursor)
	if s.count >= 0 {
		b = strconv.AppendInt(append(b, `,"count":`...), s.count, 10)
	}
	b = append(append(b, `,"results":`...), results...)
	return &message{op: "snapshot", cursor: cursor, text: append(b, '}')}
}

func resetMessage(id string) *message {
	b := value.AppendJSONString([]byte(`{"op":"reset","id":`), id)
	return &message{op: "reset", text: append(b, '}')}
}

// errorMessage refuses a frame, of a subscription where id is not "".
func errorMessage(id string, status int, body []byte) *message {
	b := []byte(`{"op":"error"`)
	if id != "" {
		b = value.AppendJSONString(append(b, `,"id":`...), id)
	}
	b = strconv.AppendInt(append(b, `,"status":`...), int64(status), 10)
	b = append(append(b, `,"body":`...), body...)
	return &message{op: "error", text: append(b, '}')}
}
