package main

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// template is a text with places that are filled in anew for every request: {n} is a number that was never used before,
// {views} and {status} follow from it, {id} is a random article's.
type template []string

var placeholder = regexp.MustCompile(`\{(n|views|status|id)\}`)

// newTemplate divides a text into what stays (at even places) and the names between.
func newTemplate(text string) template {
	var t template
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		t = append(t, text[at:m[0]], text[m[2]:m[3]])
		at = m[1]
	}
	return append(t, text[at:])
}

var statuses = []string{"draft", "published", "published"}

// append writes the text for a number.
func (t template) append(b []byte, n int64, ids []string) []byte {
	for i, part := range t {
		switch {
		case i%2 == 0:
			b = append(b, part...)
		case part == "n":
			b = strconv.AppendInt(b, n, 10)
		case part == "views":
			b = strconv.AppendInt(b, n*7919%1000, 10)
		case part == "status":
			b = append(b, statuses[n%3]...)
		case part == "id" && len(ids) > 0:
			b = append(b, ids[rand.IntN(len(ids))]...)
		}
	}
	return b
}

func (t template) uses(name string) bool {
	for i := 1; i < len(t); i += 2 {
		if t[i] == name {
			return true
		}
	}
	return false
}

// message is a kind of request as it goes over the wire.
type message struct {
	head, body template
	numbered   bool
}

// newMessage writes a request out, for a host and with the value of the Authorization header.
func newMessage(r request, host, token string) *message {
	var head strings.Builder
	head.WriteString(r.method + " " + r.path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: application/json\r\n")
	if r.auth {
		head.WriteString("Authorization: " + token + "\r\n")
	}
	if r.body != "" {
		head.WriteString("Content-Type: application/json\r\n")
	}
	m := &message{head: newTemplate(head.String()), body: newTemplate(r.body)}
	m.numbered = m.head.uses("n") || m.body.uses("n")
	return m
}

// append writes the next request of this kind.
func (m *message) append(b []byte, c *client) []byte {
	var n int64
	if m.numbered {
		n = c.next.Add(1)
	}
	b = m.head.append(b, n, c.ids)
	if len(m.body) == 1 && m.body[0] == "" {
		return append(b, "\r\n"...)
	}
	body := m.body.append(nil, n, c.ids)
	b = strconv.AppendInt(append(b, "Content-Length: "...), int64(len(body)), 10)
	return append(append(b, "\r\n\r\n"...), body...)
}
