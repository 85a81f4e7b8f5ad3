package server_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// credentials are those of the sample's fixtures.
var credentials = map[string]string{"user": "user-Pass-123", "admin": "admin-Pass-123"}

// replayer sends the requests of the corpus byte by byte, because several of them are not what net/http would write.
type replayer struct {
	base   string // http://host:port
	host   string
	tokens map[string]string
}

func newReplayer(base string) (*replayer, error) {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil {
		return nil, err
	}
	return &replayer{base: u.String(), host: u.Host, tokens: map[string]string{}}, nil
}

func (r *replayer) raw(method, path string, headers map[string]string, body []byte) (*http.Response, []byte, error) {
	conn, err := net.DialTimeout("tcp", r.host, 10*time.Second)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, nil, err
	}
	if _, err := conn.Write(requestBytes(method, path, r.host, headers, body)); err != nil {
		return nil, nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return res, data, err
}

func requestBytes(method, path, host string, headers map[string]string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, path)
	has := map[string]bool{}
	for k := range headers {
		has[strings.ToLower(k)] = true
	}
	if !has["host"] {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for k, v := range headers {
		fmt.Fprintf(&b, "%s: %s\r\n", k, v)
	}
	if body != nil && !has["content-length"] && !has["transfer-encoding"] {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// token logs in as who once and keeps the token.
func (r *replayer) token(who string) (string, error) {
	if t, ok := r.tokens[who]; ok {
		return t, nil
	}
	body, err := json.Marshal(map[string]string{"username": who, "password": credentials[who]})
	if err != nil {
		return "", err
	}
	headers := map[string]string{"Content-Type": "application/json", "Accept": "application/json"}
	res, data, err := r.raw(http.MethodPost, "/api/token/", headers, body)
	if err != nil {
		return "", err
	}
	var got struct{ Access string }
	if err := json.Unmarshal(data, &got); err != nil || res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("log in as %s: %d %.200q", who, res.StatusCode, data)
	}
	r.tokens[who] = got.Access
	return got.Access, nil
}

func (r *replayer) reset() error {
	res, data, err := r.raw(http.MethodPost, "/__reset__/", nil, []byte{})
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("reset: %d %.200q", res.StatusCode, data)
	}
	return err
}

var savedForm = regexp.MustCompile(`\{\{save:(\w+)\}\}`)

// send sends one case and returns what is compared of the answer. Values that the case saves go into saved.
func (r *replayer) send(c *testCase, saved map[string]string) (answer, error) {
	fill := func(s string) string {
		s = strings.ReplaceAll(s, "{{base}}", r.base)
		return savedForm.ReplaceAllStringFunc(s, func(m string) string { return saved[savedForm.FindStringSubmatch(m)[1]] })
	}
	headers := map[string]string{}
	for k, v := range c.Headers {
		headers[k] = fill(v)
	}
	if c.As != "anonymous" {
		token, err := r.token(c.As)
		if err != nil {
			return answer{}, err
		}
		headers["Authorization"] = "Bearer " + token
	}
	body, err := c.payload(fill)
	if err != nil {
		return answer{}, err
	}
	res, data, err := r.raw(c.Method, strings.TrimPrefix(fill(c.Path), r.base), headers, body)
	if err != nil {
		return answer{}, err
	}
	for name, where := range c.Save {
		saved[name] = pick(where, res, data)
	}
	return r.observe(c, res, data), nil
}

// payload is the body of the request; nil when there is none.
func (c *testCase) payload(fill func(string) string) ([]byte, error) {
	switch b := c.Body.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(fill(b)), nil
	case *object:
		if s, ok := b.values["b64"].(string); ok {
			return base64.StdEncoding.DecodeString(s)
		}
		if p, ok := b.values["repeat"].(*object); ok {
			text := func(k string) string { s, _ := p.values[k].(string); return s }
			n, _ := p.values["n"].(*big.Int)
			return []byte(text("prefix") + strings.Repeat(text("unit"), int(n.Int64())) + text("suffix")), nil
		}
	}
	return nil, fmt.Errorf("case %s: unknown kind of body", c.ID)
}

// pick reads "cookie:name" or "json:a.0.b" from an answer; "" when it is not there.
func pick(where string, res *http.Response, data []byte) string {
	kind, key, _ := strings.Cut(where, ":")
	if kind == "cookie" {
		for _, c := range res.Cookies() {
			if c.Name == key {
				return c.Value
			}
		}
		return ""
	}
	v, err := decode(data)
	if err != nil {
		return ""
	}
	for part := range strings.SplitSeq(key, ".") {
		switch t := v.(type) {
		case *object:
			v = t.values[part]
		case []any:
			if i, err := strconv.Atoi(part); err == nil && i < len(t) {
				v = t[i]
			}
		}
	}
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}

func (r *replayer) observe(c *testCase, res *http.Response, data []byte) answer {
	a := answer{status: res.StatusCode, headers: map[string]string{}}
	for _, name := range compared {
		if vs := res.Header.Values(name); len(vs) > 0 {
			v := strings.ReplaceAll(vs[len(vs)-1], r.base, "{{base}}")
			a.headers[name] = uuidForm.ReplaceAllString(v, "{{uuid}}")
		}
	}
	one := func(key string, v any) *object { return &object{keys: []string{key}, values: map[string]any{key: v}} }
	isJSON := strings.HasPrefix(strings.ToLower(a.headers["Content-Type"]), "application/json")
	switch {
	case c.BodyMode == "ignore":
		a.body = one("ignored", true)
	case c.Method == http.MethodHead || res.StatusCode == http.StatusNoContent:
		if len(data) > 0 {
			a.body = one("unexpected_bytes", big.NewInt(int64(len(data))))
		}
	case !isJSON && len(data) > 0:
		a.body = one("non_json", "nonempty")
	case !isJSON:
		a.body = one("non_json", "empty")
	default:
		v, err := decode(data)
		if err != nil {
			v = one("unparsable", string(data[:min(len(data), 200)]))
		}
		a.body = norm(v, r.base)
	}
	return a
}
