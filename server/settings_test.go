package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/settings"
)

// setting returns one of the settings as the API lists them.
func setting(t *testing.T, root *account, name string) settings.Setting {
	t.Helper()
	var body struct{ Settings []settings.Setting }
	if err := json.Unmarshal([]byte(root.want("GET", "/api/_/settings/", "", 200, "")), &body); err != nil {
		t.Fatal(err)
	}
	for _, s := range body.Settings {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no setting %s", name)
	return settings.Setting{}
}

// given are settings as the command line hands them over: one from each source.
func given(c *server.Config) {
	c.HistoryDays, c.LivePerUser, c.Auth.Secret = 7, 100, "a-shared-secret-of-thirty-two-bytes!"
	c.Given = []settings.Given{
		{Name: "addr", Kind: settings.Text, Default: "127.0.0.1:8090", Value: "127.0.0.1:1", Source: settings.Flag},
		{Name: "history_days", Kind: settings.Number, Default: "90", Value: "7", Source: settings.Environment},
		{Name: "mail_from", Kind: settings.Text, Source: settings.File, Value: "x@example.com"},
		{Name: "live_per_user", Kind: settings.Number, Default: "100", Value: "100", Source: settings.Default},
		{Name: "token_secret", Kind: settings.Text, Value: c.Auth.Secret, Source: settings.Environment},
		{Name: "database", Kind: settings.Text, Value: "postgres://u:pass@h/d", Source: settings.Flag},
		{Name: "allowed_hosts", Kind: settings.List, Value: "a.example,b.example", Source: settings.File},
	}
}

// Settings show where they come from and no secrets; what may be changed counts at once and after a restart, below what
// the command line, the environment and the file say.
func TestSettings(t *testing.T) {
	p, root, _ := startObserved(t, given)
	bob, _ := p.user(auth.NewUser{Username: "bob", Staff: true})
	bob.want("GET", "/api/_/settings/", "", 403, "")
	bob.want("PATCH", "/api/_/settings/", `{}`, 403, "")
	all := root.want("GET", "/api/_/settings/", "", 200, "")
	for _, secret := range []string{"a-shared-secret", "pass@"} {
		if strings.Contains(all, secret) {
			t.Errorf("the settings show %s", secret)
		}
	}
	contains(t, all, `"value":["a.example","b.example"]`, `"value":"postgres://u:********@h/d"`, `"value":7`, `"environment":"COUPLET_HISTORY_DAYS"`)
	if s := setting(t, root, "token_secret"); s.Value != "" || !s.Set || !s.Secret || s.Changeable {
		t.Errorf("%+v", s)
	}
	for body, want := range map[string]string{
		`{"addr":":1"}`:                             `{"addr":["This is set when the server starts, with --addr."]}`,
		`{"colour":"red"}`:                          `{"colour":["There is no such setting."]}`,
		`{"history_days":1}`:                        `{"history_days":["This is set by the environment variable COUPLET_HISTORY_DAYS, which wins. Change it there."]}`,
		`{"mail_from":"y@example.com"}`:             `{"mail_from":["This is set in the configuration file, which wins. Change it there."]}`,
		`{"public_url":"example.com"}`:              `{"public_url":["Write it as https://example.com."]}`,
		`{"live_per_user":-1}`:                      `{"live_per_user":["This must be a whole number from 0."]}`,
		`{"live_per_user":"1"}`:                     `{"live_per_user":["This must be a whole number."]}`,
		`{"log_level":"loud"}`:                      `{"log_level":["The level of the log is debug, info, warn or error, not \"loud\"."]}`,
		`{"mail_server":"smtp://u:********@h"}`:     `{"mail_server":["Enter the password anew, since the user or the host is another one."]}`,
		`{"public_url":"https://ok.example","x":1}`: `{"x":["There is no such setting."]}`,
	} {
		root.want("PATCH", "/api/_/settings/", body, 400, want)
	}
	if s := setting(t, root, "public_url"); s.Set || s.Source != settings.Default || !s.Changeable {
		t.Errorf("what was refused in part was taken in part: %+v", s)
	}
	root.want("PATCH", "/api/_/settings/", `{"public_url":"https://ok.example/","live_per_user":3,"log_level":"warn","mail_server":"smtp://u:secret@mail.example"}`, 200, "")
	contains(t, root.want("GET", "/api/_/me/", "", 200, ""), `"mail":true,"public_url":"https://ok.example"`)
	root.want("PATCH", "/api/_/settings/", `{"mail_server":"smtp://u:********@mail.example"}`, 200, "")
	if s := setting(t, root, "mail_server"); s.Value != "smtp://u:********@mail.example" || s.Source != settings.Stored {
		t.Errorf("%+v", s)
	}
	p.stop()
	p.start()
	root = p.visitor().with("Authorization", root.header["Authorization"])
	if s := setting(t, root, "live_per_user"); s.Source != settings.Stored || fmt.Sprint(s.Value) != "3" {
		t.Errorf("after a restart: %+v", s)
	}
	contains(t, root.want("GET", "/api/_/me/", "", 200, ""), `"mail":true,"public_url":"https://ok.example"`)
	root.want("PATCH", "/api/_/settings/", `{"live_per_user":null,"mail_server":null}`, 200, "")
	if s := setting(t, root, "live_per_user"); s.Source != settings.Default || fmt.Sprint(s.Value) != "100" {
		t.Errorf("after null: %+v", s)
	}
	contains(t, root.want("GET", "/api/_/me/", "", 200, ""), `"mail":false`)
}

// The server answers to the host of a public URL that was set while it runs, and to no other.
func TestPublicURLWhileRunning(t *testing.T) {
	_, root, _ := startObserved(t, nil)
	ask := func() int {
		req, err := http.NewRequest("GET", root.base+"/api/_/setup/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "shop.example"
		resp, err := root.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if status := ask(); status != 400 {
		t.Errorf("an unknown host: %d", status)
	}
	root.want("PATCH", "/api/_/settings/", `{"public_url":"https://shop.example"}`, 200, "")
	if status := ask(); status != 200 {
		t.Errorf("the public host: %d", status)
	}
}

// A test mail tells what the mail server says, good or bad.
func TestMailTest(t *testing.T) {
	_, root, _ := startObserved(t, nil)
	root.want("POST", "/api/_/settings/mail/test/", `{"to":"ada@example.com"}`, 200,
		`{"sent":false,"server":"","answer":"","error":"No mail server is set: mails are printed on the server's console."}`)
	root.want("POST", "/api/_/settings/mail/test/", `{"to":"ada"}`, 400, `{"to":["Enter a valid email address."]}`)
	addr := postOffice(t).addr
	root.want("POST", "/api/_/settings/mail/test/", `{"to":"ada@example.com","mail_server":"smtp://`+addr+`"}`, 200,
		`{"sent":true,"server":"`+addr+`","answer":"250 2.0.0 queued as 4F","error":""}`)
	root.want("PATCH", "/api/_/settings/", `{"mail_server":"smtp://`+addr+`"}`, 200, "")
	root.want("POST", "/api/_/settings/mail/test/", `{"to":"nobody@example.com"}`, 200,
		`{"sent":false,"server":"`+addr+`","answer":"","error":"550 5.1.1 no such user"}`)
}

// office is a mail server that takes every mail but those to nobody@example.com.
type office struct {
	addr  string
	mails chan string // as they came
}

func postOffice(t *testing.T) *office {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	o := &office{addr: ln.Addr().String(), mails: make(chan string, 10)}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go o.deliver(conn)
		}
	}()
	return o
}

func (o *office) deliver(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "220 ready\r\n")
	data, mail := false, ""
	for in := bufio.NewScanner(conn); in.Scan(); {
		switch line := in.Text(); {
		case data:
			mail += line + "\r\n"
			if line == "." {
				data = false
				o.mails <- mail
				fmt.Fprint(conn, "250 2.0.0 queued as 4F\r\n")
			}
		case line == "DATA":
			data, mail = true, ""
			fmt.Fprint(conn, "354 go on\r\n")
		case strings.HasPrefix(line, "RCPT TO:<nobody@"):
			fmt.Fprint(conn, "550 5.1.1 no such user\r\n")
		case line == "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}
