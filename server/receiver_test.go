package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// received is a request to a receiver, which waits for its answer.
type received struct {
	id, timestamp, signature string
	body                     string
	answer                   chan<- func(http.ResponseWriter)
}

// receiver is somebody's HTTP server that webhooks lead to.
type receiver struct {
	t    *testing.T
	url  string
	come chan received
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, come: make(chan received)}
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		answer := make(chan func(http.ResponseWriter), 1)
		h := req.Header
		select {
		case r.come <- received{h.Get("webhook-id"), h.Get("webhook-timestamp"), h.Get("webhook-signature"), string(body), answer}:
		case <-req.Context().Done():
			return
		case <-over:
			return
		}
		select {
		case fn := <-answer:
			fn(w)
		case <-req.Context().Done():
		case <-over:
		}
	}))
	r.url = s.URL + "/hook"
	t.Cleanup(func() {
		close(over)
		s.CloseClientConnections()
		s.Close()
	})
	return r
}

// patience bounds how long a test waits for what must come.
const patience = 20 * time.Second

// next returns the next request.
func (r *receiver) next() received {
	r.t.Helper()
	select {
	case got := <-r.come:
		return got
	case <-time.After(patience):
		r.t.Fatal("no message came")
		return received{}
	}
}

// take answers the next request with a status and returns it.
func (r *receiver) take(status int) received {
	r.t.Helper()
	got := r.next()
	got.answer <- func(w http.ResponseWriter) { w.WriteHeader(status) }
	return got
}

// none holds that nothing has come, once everything before has been dealt with.
func (r *receiver) none() {
	r.t.Helper()
	select {
	case got := <-r.come:
		r.t.Errorf("a message came: %s", got.body)
	default:
	}
}

// signedWith reports whether a request has a signature under a secret, worked out by the specification.
func (got received) signedWith(secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 {
		return false
	}
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, got.id+"."+got.timestamp+"."+got.body)
	return slices.Contains(strings.Fields(got.signature), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// message is what a webhook is sent.
type message struct {
	Type string
	Data struct {
		Collection string
		Key        any
		Record     map[string]any
		Before     map[string]any
	}
}

func (got received) message(t *testing.T) message {
	t.Helper()
	var m message
	if err := json.Unmarshal([]byte(got.body), &m); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	return m
}
