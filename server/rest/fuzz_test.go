package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/couplet/couplet/store"
)

// FuzzJSON: no body crashes the parser; what it takes has a JSON form that it takes again, to the same effect; an error
// is always an APIError.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5,"x",null,true]}`, `[[[]]]`, `"\ud83d\ude00"`, `"\ud800"`, `{"a":1,"a":2}`, `1e400`, `-0`, "\xff", "\"\xe2\x82", `{"a":`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		node, err := ParseJSON(body)
		if err != nil {
			var api *APIError
			if !errors.As(err, &api) || api.Status != 400 {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		text, ok := node.appendJSON(nil)
		if !ok {
			return // a lone surrogate or a number out of range
		}
		if !json.Valid(text) || !utf8.Valid(text) {
			t.Fatalf("%q gives %q", body, text)
		}
		again, err := ParseJSON(text)
		if err != nil {
			t.Fatalf("%q gives %q: %v", body, text, err)
		}
		if twice, _ := again.appendJSON(nil); !bytes.Equal(text, twice) {
			t.Fatalf("%q gives %q, then %q", body, text, twice)
		}
	})
}

// FuzzBind: no JSON value crashes the binding of any field class, and errors render as JSON.
func FuzzBind(f *testing.F) {
	s := compiled(f, "testdata/everything.json", "things")
	for _, v := range []string{`1`, `"x"`, `null`, `[]`, `{"a":1}`, `"2024-05-01T12:00:00+23:59"`, `"P1DT"`, `"http://[::1"`, `1e308`} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := ParseJSON([]byte(raw))
		if err != nil {
			return
		}
		for _, fd := range s.fields {
			if fd.readOnly {
				continue
			}
			b := &binder{s: s, in: store.NewInput(s.Collection), opt: BindOptions{Lookups: world{}}}
			errs, err := b.field(fd, v)
			if err != nil {
				t.Fatal(err)
			}
			if errs != nil {
				if text := errs.AppendJSON(nil, ErrorStyle{Codes: true}); !json.Valid(text) {
					t.Fatalf("%s: %s", fd.name, text)
				}
				continue
			}
			if got, ok := b.in.Values[fd.model]; ok {
				if text := fd.typ.AppendJSON(nil, got); !json.Valid(text) {
					t.Fatalf("%s of %s renders as %s", fd.name, raw, text)
				}
			}
		}
	})
}

// FuzzForm: no form body, urlencoded or multipart, crashes the parsers or the binding.
func FuzzForm(f *testing.F) {
	s := compiled(f, sampleSchema, "articles-nested")
	f.Add("application/x-www-form-urlencoded", "title=a&comments[0]body=x&comments[1]=y&comments[99999999999999999999]a=b&author.x=1&%zz=%e9")
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=f; filename=\"../a\"\r\n\r\nx\r\n--b--")
	f.Add("multipart/form-data; boundary=\"b\"", "--b\r\nContent-Disposition: form-data; name=a; filename*=utf-8''%e2%82\r\n\r\n")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		in, err := ReadBody(contentType, strings.NewReader(body), BodyOptions{})
		if err != nil {
			if FromError(err).Status >= 500 {
				t.Fatalf("%q %q: %v", contentType, body, err)
			}
			return
		}
		if _, err := s.Bind(in.Node, BindOptions{Lookups: world{}}); err != nil {
			if e := FromError(err); e.Status != 400 || !json.Valid(e.AppendJSON(nil, ErrorStyle{})) {
				t.Fatalf("%q: %v", body, err)
			}
		}
	})
}

// FuzzFileName: whatever a client calls a file, what is stored is one harmless path segment.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"a.png", "../../etc/passwd", `C:\x\y.png`, "..", "&#47;x", "a\x00b", " .", "зима é.png", "<>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := validFileName(sanitizeFileName(name))
		if got == "" {
			return
		}
		if strings.ContainsAny(got, "/\\\x00<>:\"|?*\n") || got == "." || got == ".." || !utf8.ValidString(got) {
			t.Fatalf("%q gives %q", name, got)
		}
		if fit := fitName("covers", got, 100); codePoints("covers/"+fit) > 100 || strings.ContainsAny(fit, "/\\") {
			t.Fatalf("%q does not fit: %q", name, fit)
		}
	})
}

func TestFileNamesArePortable(t *testing.T) {
	for name, want := range map[string]string{
		"CON": "_CON", "nul.txt": "_nul.txt", "com1.tar.gz": "_com1.tar.gz", "console.txt": "console.txt", "a.": "a", "...": "", "..": "",
		".htaccess": ".htaccess", "../x": "x", `..\x`: "x", "a b.png": "a_b.png", "com": "com",
	} {
		if got := validFileName(sanitizeFileName(name)); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
}
