package webhooks

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/store"
)

// The bounds of one request.
const (
	requestTime    = 15 * time.Second
	dialTime       = 5 * time.Second
	maxHeaders     = 16 << 10
	maxHeaderKept  = 200      // bytes of a header's value in the delivery log
	maxAnswerRead  = 64 << 10 // bytes of an answer that are read
	maxAnswerKept  = 4 << 10  // and those of them in the delivery log
	idleConnection = 30 * time.Second
)

// answerHeaders are those of an answer that the delivery log keeps.
var answerHeaders = []string{"Content-Type", "Date", "Location", "Retry-After", "Server"}

// newClient returns a client that follows no redirects, knows no proxies and, unless private addresses are allowed,
// connects to public ones only, whatever a name resolves to.
func newClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: dialTime}
	if !private {
		dialer.Control = refusePrivate
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
			DisableCompression: true, MaxResponseHeaderBytes: maxHeaders, MaxConnsPerHost: 2 * perHook, IdleConnTimeout: idleConnection,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// kept is a request or an answer in the delivery log.
type kept struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body,omitempty"`
}

func (k kept) json() string {
	out, err := json.Marshal(k)
	if err != nil {
		return "{}"
	}
	return string(out)
}

// request sends a message once.
func (s *Service) request(ctx context.Context, w *store.Webhook, d *store.Delivery) (*store.Attempt, time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	now := s.config.Clock.Now()
	a := &store.Attempt{At: now, Request: "{}", Response: "{}"}
	begun := time.Now()
	later, err := s.exchange(ctx, w, d, a)
	a.Duration = time.Since(begun)
	switch {
	case err != nil:
		a.Error = explain(err)
	case a.Status >= 300 && a.Status < 400:
		a.Error = fmt.Sprintf("It answered %d: redirects are not followed.", a.Status)
	case a.Status < 200 || a.Status >= 300:
		a.Error = fmt.Sprintf("It answered %d.", a.Status)
	}
	return a, later
}

// exchange fills in what was sent and answered, and returns how long the receiver asks to wait.
func (s *Service) exchange(ctx context.Context, w *store.Webhook, d *store.Delivery, a *store.Attempt) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, strings.NewReader(d.Body))
	if err != nil {
		return 0, err
	}
	signature, err := signatures(w, d.ID, a.At, d.Body)
	if err != nil {
		return 0, errors.New("its secret is damaged; make a new one")
	}
	sent := kept{Headers: map[string]string{
		"content-type": "application/json", "user-agent": "Couplet-Webhooks/1",
		"webhook-id": d.ID, "webhook-timestamp": strconv.FormatInt(a.At.Unix(), 10),
	}}
	for name, v := range sent.Headers {
		req.Header.Set(name, v)
	}
	a.Request = sent.json() // without what proves who sent it
	req.Header.Set("webhook-signature", signature)
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	a.Status = int64(res.StatusCode)
	a.Response = answer(res).json()
	return retryAfter(res.Header, a.At), nil
}

// answer reads as much of an answer as is kept, and a little more, so that the connection can serve again.
func answer(res *http.Response) kept {
	k := kept{Headers: map[string]string{}}
	for _, name := range answerHeaders {
		if v := res.Header.Get(name); v != "" {
			k.Headers[strings.ToLower(name)] = v[:min(len(v), maxHeaderKept)]
		}
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswerKept))
	if err == nil {
		_, _ = io.CopyN(io.Discard, res.Body, maxAnswerRead-maxAnswerKept)
	}
	k.Body = strings.ReplaceAll(strings.ToValidUTF8(string(body), "\uFFFD"), "\x00", "\uFFFD")
	return k
}

// explain words why there was no answer.
func explain(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("It did not answer within %s.", requestTime)
	}
	return "There was no answer: " + err.Error()
}
