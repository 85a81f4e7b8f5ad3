package server_test

import (
	"encoding/json"
	"fmt"
	"mime/multipart"
	"strings"
)

const (
	ordersPath = "/api/_/records/orders/"
	asJSON     = "application/json"
)

// id returns a key that was never used.
func (l *ledger) id() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids++
	return fmt.Sprintf("00000000-0000-4000-8000-%012x", l.ids)
}

// orderState tells an order: its note, the number of its lines, what its file holds.
func orderState(note string, lines int, paper string) string {
	return fmt.Sprintf("note %q, %d lines, paper %q", note, lines, paper)
}

func single(method, path, body, key, before, after string) *deed {
	return &deed{method, path, asJSON, body, map[string]string{key: before}, map[string]string{key: after}, 1}
}

// orders creates, changes and deletes records one by one.
func (c *crash) orders() func() *deed {
	key, n := "", 0
	made, changed := orderState("new", 0, ""), orderState("changed", 0, "")
	return func() *deed {
		switch {
		case c.is(key, made):
			return single("PATCH", ordersPath+key+"/", `{"note":"changed"}`, key, made, changed)
		case n%2 == 1 && c.is(key, changed):
			return single("DELETE", ordersPath+key+"/", "", key, changed, absent)
		}
		key = c.id()
		n++
		return single("POST", ordersPath, `{"id":"`+key+`","note":"new"}`, key, absent, made)
	}
}

// is reports whether a state was acknowledged: an earlier write may have been refused.
func (l *ledger) is(key, state string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return stateOf(l.known, key) == state
}

// linesEach is how many lines an order of a batch has.
const linesEach = 3

// batches replaces an order by another one, each with its lines.
func (c *crash) batches() func() *deed {
	last := ""
	return func() *deed {
		key, with := c.id(), orderState("batch", linesEach, "")
		d := &deed{"POST", "/api/_/batch/", asJSON, "", map[string]string{key: absent}, map[string]string{key: with}, 1 + linesEach}
		writes := []string{`{"method":"POST","path":"` + ordersPath + `","body":{"id":"` + key + `","note":"batch"}}`}
		for range linesEach {
			writes = append(writes, `{"method":"POST","path":"/api/_/records/lines/","body":{"order":"`+key+`"}}`)
		}
		if c.is(last, with) {
			writes = append(writes, `{"method":"DELETE","path":"`+ordersPath+last+`/"}`)
			d.before[last], d.after[last] = with, absent
			d.rows += 1 + linesEach
		}
		d.body, last = `{"requests":[`+strings.Join(writes, ",")+`]}`, key
		return d
	}
}

// imports reads files with several orders.
func (c *crash) imports() func() *deed {
	const each = 5
	return func() *deed {
		d := &deed{"POST", "/api/_/imports/?collection=orders", "text/csv", "id,note\n", map[string]string{}, map[string]string{}, each}
		for range each {
			key := c.id()
			d.body += key + ",imported\n"
			d.before[key], d.after[key] = absent, orderState("imported", 0, "")
		}
		return d
	}
}

// uploads creates orders with files and puts other files in their place.
func (c *crash) uploads() func() *deed {
	key, old := "", ""
	return func() *deed {
		if old != "" && c.is(key, orderState("", 0, old)) {
			content := old + " again"
			d := single("PATCH", ordersPath+key+"/", "", key, orderState("", 0, old), orderState("", 0, content))
			d.kind, d.body = paperForm("", content)
			old = ""
			return d
		}
		key = c.id()
		old = "paper of " + key
		d := single("POST", ordersPath, "", key, absent, orderState("", 0, old))
		d.kind, d.body = paperForm(key, old)
		return d
	}
}

// paperForm is a form with a file.
func paperForm(key, content string) (kind, body string) {
	var b strings.Builder
	form := multipart.NewWriter(&b)
	if key != "" {
		_ = form.WriteField("id", key)
	}
	part, _ := form.CreateFormFile("paper", "paper.txt")
	_, _ = part.Write([]byte(content))
	_ = form.Close()
	return form.FormDataContentType(), b.String()
}

// schemas gives the orders a field and takes it away, through plan and apply.
func (c *crash) schemas() func() *deed {
	return func() *deed {
		p, state, ok := c.otherSchema()
		if !ok {
			return nil
		}
		other := map[string]string{"plain": "extra", "extra": "plain"}[state]
		return single("POST", "/api/_/schema/apply/", p.applying(c.t), "schema", state, other)
	}
}

// otherSchema plans the other schema than the one in force; not ok: the server is gone.
func (c *crash) otherSchema() (p plan, state string, ok bool) {
	document, err := c.document()
	if err != nil {
		return p, "", false
	}
	state = schemaState(document)
	var whole map[string]any
	_ = json.Unmarshal([]byte(document), &whole)
	fields := whole["collections"].(map[string]any)["orders"].(map[string]any)["fields"].(map[string]any)
	if state == "plain" {
		fields["extra"] = map[string]any{"type": "integer", "default": 7}
	} else {
		delete(fields, "extra")
	}
	status, text, err := c.send("POST", "/api/_/schema/plan/", asJSON, `{"document":`+encoded(c.t, whole)+`}`)
	if err != nil {
		return p, "", false
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil || status != 200 || len(p.Errors) > 0 {
		c.t.Errorf("plan: %d %s", status, text)
		return p, "", false
	}
	return p, state, true
}

// document is the schema document in force.
func (c *crash) document() (string, error) {
	_, text, err := c.send("GET", "/api/_/schema/", "", "")
	var body struct{ Document json.RawMessage }
	if err == nil {
		err = json.Unmarshal([]byte(text), &body)
	}
	return string(body.Document), err
}

func schemaState(document string) string {
	if strings.Contains(document, `"extra"`) {
		return "extra"
	}
	return "plain"
}
