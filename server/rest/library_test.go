package rest_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// library has what the magazine has not: field rules, merged children, unique texts, an image and a file with a type.
const library = `{
  "collections": {
    "books": {
      "model": "lib.book", "label": "Book",
      "fields": {
        "title": {"type": "char", "max_length": 40, "unique": true},
        "cost": {"type": "integer", "default": 0, "rules": {"read": "user.is_staff == true", "write": "user.is_staff == true"}},
        "note": {"type": "text", "blank": true, "rules": {"read": "title == 'open'", "write": "title == 'open'"}},
        "cover": {"type": "image", "null": true, "upload_to": "covers/"},
        "paper": {"type": "file", "null": true, "upload_to": "papers", "accept": ["application/pdf", "text/*"], "max_size": 1000}
      }
    },
    "loans": {
      "model": "lib.loan",
      "fields": {
        "book": {"type": "foreign_key", "to": "books", "on_delete": "cascade", "related_name": "loans"},
        "who": {"type": "char", "max_length": 20},
        "days": {"type": "integer"}
      },
      "unique_together": [["book", "who"]]
    }
  },
  "resources": {
    "books": {"collection": "books", "fields": ["id", "title", "cost", "note", "cover", "paper",
      {"name": "loans", "required": false, "write": "merge", "nested": {"fields": ["id", "who", "days"]}}]},
    "loans": {"collection": "loans", "fields": ["id", "book", "who", "days"]}
  },
  "roles": {"anyone": {"books": {"view": true, "add": true, "change": true}, "loans": {"view": true, "add": true, "change": true}}}
}`

type shelf struct {
	t     *testing.T
	store *store.Store
	books *rest.Serializer
	loans *rest.Serializer
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Apply(ctx, "", []byte(library), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/"}
	compile := func(name string) *rest.Serializer {
		out, err := rest.CompileSerializer(s.Schema().Resource(name).Serializer, links)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	return &shelf{t, s, compile("books"), compile("loans")}
}

// write binds a JSON body and writes it: a create, or a PATCH of the book with that key. It returns the book's key
// and the errors.
func (s *shelf) write(scope *access.Scope, key int64, body string) (int64, string) {
	s.t.Helper()
	node, err := rest.ParseJSON([]byte(body))
	if err != nil {
		s.t.Fatal(err)
	}
	return s.writeNode(scope, key, node)
}

func (s *shelf) writeNode(scope *access.Scope, key int64, node *rest.Node) (int64, string) {
	s.t.Helper()
	ctx := context.Background()
	var in *store.Input
	err := s.store.Read(ctx, scope, func(rd *store.Reader) (err error) {
		opt := rest.BindOptions{Lookups: rest.NewLookups(rd), Sight: scope, Bindings: scope.Bindings()}
		if key != 0 {
			opt.Partial = true
			if opt.Instance, err = rd.Record(s.books.Collection, value.Int(key)); err != nil {
				return err
			}
		}
		in, err = s.books.Bind(node, opt)
		return err
	})
	if err == nil {
		_, err = s.store.Write(ctx, store.Origin{Scope: access.System(s.store.State().Policy), Via: "rest"}, func(tx *store.Tx) error {
			if key != 0 {
				return tx.Update(value.Int(key), in, store.Condition{})
			}
			made, err := tx.Create(in)
			key = made.Int()
			return err
		})
	}
	if err != nil {
		return key, string(rest.FromError(err).AppendJSON(nil, rest.ErrorStyle{}))
	}
	return key, ""
}

func (s *shelf) show(scope *access.Scope, key int64) string {
	s.t.Helper()
	var out string
	err := s.store.Read(context.Background(), scope, func(rd *store.Reader) error {
		row, err := query.Get(rd, s.books.Shape(), rd.SystemScope(), query.Key(s.books.Collection, value.Int(key)))
		if err != nil {
			return err
		}
		out = string(s.books.AppendJSON(nil, row, &rest.RenderContext{Base: "http://h", Media: "/media/", Sight: scope}))
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *shelf) system() *access.Scope { return access.System(s.store.State().Policy) }

func (s *shelf) anonymous() *access.Scope {
	return s.store.State().Policy.Scope(nil, time.Now(), expr.Request{})
}

// TestMergeChildren: children with a key are changed, others are new, those left out go; foreign keys are refused.
func TestMergeChildren(t *testing.T) {
	s := newShelf(t)
	key, errs := s.write(s.system(), 0, `{"title":"a","loans":[{"who":"x","days":1},{"who":"y","days":2}]}`)
	if errs != "" {
		t.Fatal(errs)
	}
	other, errs := s.write(s.system(), 0, `{"title":"b","loans":[{"who":"x","days":1}]}`)
	if errs != "" {
		t.Fatal(errs)
	}
	steps := []struct{ body, errs, loans string }{
		{`{"loans":[{"id":1,"days":5},{"who":"z","days":3}]}`, "", `[{"id":1,"who":"x","days":5},{"id":4,"who":"z","days":3}]`},
		{`{"loans":[{"id":3,"days":5}]}`, `{"loans":{"0":{"id":["Invalid pk \"3\" - object does not exist."]}}}`, ""},
		{`{"loans":[{"who":"q"}]}`, `{"loans":{"0":{"days":["This field is required."]}}}`, ""},
		{`{"loans":[{"id":"x"}]}`, `{"loans":{"0":{"id":["Invalid pk \"x\" - object does not exist."]}}}`, ""},
		{`{"loans":[]}`, "", `[]`},
	}
	for _, step := range steps {
		_, errs := s.write(s.system(), key, step.body)
		if errs != step.errs {
			t.Errorf("%s: %s, want %s", step.body, errs, step.errs)
		}
		if got := s.show(s.system(), key); step.errs == "" && !strings.HasSuffix(got, `"loans":`+step.loans+`}`) {
			t.Errorf("%s: %s, want %s", step.body, got, step.loans)
		}
	}
	if got := s.show(s.system(), other); !strings.HasSuffix(got, `"loans":[{"id":3,"who":"x","days":1}]}`) {
		t.Errorf("the other book's loans are touched: %s", got)
	}
}

// TestMasks: a field whose rule does not hold is left out of answers and ignored in input, by user and by record.
func TestMasks(t *testing.T) {
	s := newShelf(t)
	open, _ := s.write(s.anonymous(), 0, `{"title":"open","cost":7,"note":"n"}`)
	shut, _ := s.write(s.anonymous(), 0, `{"title":"shut","cost":7,"note":"n"}`)
	_, _ = s.write(s.anonymous(), shut, `{"note":"sneaky","cost":9}`)
	_, _ = s.write(s.anonymous(), open, `{"note":"said","cost":9}`)
	tests := []struct {
		scope *access.Scope
		key   int64
		want  string
	}{
		{s.anonymous(), open, `{"id":1,"title":"open","note":"said","cover":null,"paper":null,"loans":[]}`},
		{s.anonymous(), shut, `{"id":2,"title":"shut","cover":null,"paper":null,"loans":[]}`},
		{s.system(), shut, `{"id":2,"title":"shut","cost":0,"note":"","cover":null,"paper":null,"loans":[]}`},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, s.show(test.scope, test.key)); diff != "" {
			t.Errorf("%d (-want +got):\n%s", test.key, diff)
		}
	}
}

// TestBatch: items of one bulk create may not claim the same unique values, and each has its own errors.
func TestBatch(t *testing.T) {
	s := newShelf(t)
	tests := []struct{ body, want, list string }{
		{`[{"title":"a"},{"title":"b"}]`, "", ""},
		{`[{"title":"a"},{"title":"b"},{"title":"a"},{}]`,
			`{"2":{"title":["book with this title already exists."]},"3":{"title":["This field is required."]}}`,
			`[{},{},{"title":["book with this title already exists."]},{"title":["This field is required."]}]`},
		{`{"title":"a"}`, `{"non_field_errors":["Expected a list of items but got type \"dict\"."]}`, ""},
		{`[null,1]`, `{"0":["This field may not be null."],"1":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}}`, ""},
		{`null`, `{"non_field_errors":["No data provided"]}`, ""},
	}
	for _, test := range tests {
		node, err := rest.ParseJSON([]byte(test.body))
		if err != nil {
			t.Fatal(err)
		}
		err = s.store.Read(context.Background(), s.system(), func(rd *store.Reader) error {
			_, err := s.books.BindMany(node, rest.BindOptions{Lookups: rest.NewLookups(rd)})
			return err
		})
		got, list := "", ""
		if err != nil {
			got = string(rest.FromError(err).AppendJSON(nil, rest.ErrorStyle{}))
			list = string(rest.FromError(err).AppendJSON(nil, rest.ErrorStyle{ListsAsList: true}))
		}
		if got != test.want || test.list != "" && list != test.list {
			t.Errorf("%s\n got %s\n  or %s\nwant %s", test.body, got, list, test.want)
		}
	}
}

func pngOf(width, height int) []byte {
	img := image.NewGray(image.Rect(0, 0, width, height))
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

// hugePNG declares more pixels than may be decoded, in a few bytes.
func hugePNG() []byte {
	data := pngOf(1, 1)
	copy(data[16:], []byte{0, 0, 0x80, 0, 0, 0, 0x80, 0})
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func gifOf(frames int) []byte {
	g := &gif.GIF{}
	for range frames {
		g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 1, 1), []color.Color{color.Black, color.White}))
		g.Delay = append(g.Delay, 0)
	}
	var b bytes.Buffer
	_ = gif.EncodeAll(&b, g)
	return b.Bytes()
}

// TestUploads sends files of every wrong kind through multipart bodies.
func TestUploads(t *testing.T) {
	s := newShelf(t)
	const broken = "Upload a valid image. The file you uploaded was either not an image or a corrupted image."
	long := strings.Repeat("n", 96) + ".png"
	tests := []struct {
		field, name, contentType string
		data                     []byte
		want                     string // errors of the field, or a part of the record as it is shown
	}{
		{"cover", "a b.png", "image/png", pngOf(3, 3), `"cover":"http://h/media/covers/a_b.png"`},
		{"cover", `C:\tmp\..\x.png`, "image/png", pngOf(3, 3), `"cover":"http://h/media/covers/x.png"`},
		{"cover", "../../зима é.gif", "image/gif", gifOf(3), `"cover":"http://h/media/covers/%D0%B7%D0%B8%D0%BC%D0%B0_%C3%A9.gif"`},
		{"cover", "x.png", "image/png", []byte("no image"), broken},
		{"cover", "x.png", "image/png", pngOf(200, 200)[:60], broken},
		{"cover", "x.png", "image/png", nil, "The submitted file is empty."},
		{"cover", "x", "image/png", pngOf(1, 1), "File extension “” is not allowed."},
		{"cover", "x.exe", "image/png", pngOf(1, 1), "File extension “exe” is not allowed."},
		{"cover", long, "image/png", pngOf(1, 1), `"cover":"http://h/media/covers/nnnn`},
		{"cover", "n" + long, "image/png", pngOf(1, 1), "Ensure this filename has at most 100 characters (it has 101)."},
		{"cover", "big.png", "image/png", hugePNG(), "The image is too large: 32768 × 32768 pixels."},
		{"cover", "x.gif", "image/gif", gifOf(1002), "The image has too many frames"},
		{"paper", "a.pdf", "application/pdf", []byte("x"), `"paper":"http://h/media/papers/a.pdf"`},
		{"paper", "a.html", "application/xhtml", []byte("x"), "Content type “application/xhtml” is not allowed."},
		{"paper", "a.txt", "text/plain; charset=x", bytes.Repeat([]byte("x"), 1001), "Ensure this file has at most 1000 bytes (it has 1001)."},
	}
	for i, test := range tests {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.WriteField("title", fmt.Sprintf("t%d", i))
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, test.field, strings.ReplaceAll(test.name, `\`, `\\`)))
		h.Set("Content-Type", test.contentType)
		part, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(test.data)
		_ = w.Close()
		body, err := rest.ReadBody(w.FormDataContentType(), &b, rest.BodyOptions{Files: s.store.Files})
		if err != nil {
			t.Fatal(err)
		}
		key, got := s.writeNode(s.system(), 0, body.Node)
		body.Discard(got != "")
		if got == "" {
			got = s.show(s.system(), key)
		}
		if !strings.Contains(got, test.want) {
			t.Errorf("%s %q: %s, want %s", test.field, test.name, got, test.want)
		}
	}
}

// TestBodies reads bodies of every wrong kind.
func TestBodies(t *testing.T) {
	big := strings.Repeat("a", rest.MaxBody+1)
	part := func(name string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\nx\r\n"
	}
	tests := []struct {
		contentType, body string
		status            int
		want              string
	}{
		{"application/json", "", 0, ""},
		{"text/plain", "", 0, ""},
		{"text/plain", "x", 415, `{"detail":"Unsupported media type \"text/plain\" in request."}`},
		{"", "x", 415, `{"detail":"Unsupported media type \"\" in request."}`},
		{"application/*", "{}", 0, ""},
		{"APPLICATION/JSON", "{}", 0, ""},
		{"application/vnd+json", "{}", 415, `{"detail":"Unsupported media type \"application/vnd+json\" in request."}`},
		{"application/json; charset=latin-1", "{\"a\":\"\xe9\"}", 0, ""},
		{"application/json; charset=nope", "{}", 0, ""},
		{"application/json; charset=utf-16", "{}", 400, `{"detail":"JSON parse error - charset utf-16 is not supported"}`},
		{"application/json; charset=bz2", "{}", 400, `{"detail":"Unsupported charset \"bz2\" in request Content-Type header."}`},
		{"application/json", `"` + big + `"`, 400, `{"detail":"Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE."}`},
		{"application/x-www-form-urlencoded", "a=" + big, 400, `{"detail":"Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE."}`},
		{"application/x-www-form-urlencoded", strings.Repeat("a&", 1001), 400,
			`{"detail":"The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."}`},
		{"application/json", strings.Repeat("[", 300), 400, `{"detail":"JSON parse error - nested deeper than 200 levels"}`},
		{"multipart/form-data", "abc", 400, `{"detail":"Multipart form parse error - Invalid boundary in multipart: None"}`},
		{"multipart/form-data", "", 0, ""},
		{"multipart/form-data; boundary=" + strings.Repeat("b", 201), "abc", 0, ""},
		{"multipart/form-data; boundary=\"b \"", "abc", 400, `{"detail":"Multipart form parse error - Invalid boundary in multipart: b "}`},
		{"multipart/form-data; boundary=b", "abc", 0, ""},
		{"multipart/form-data; boundary=b", part("a") + "--b--", 0, ""},
		{"multipart/form-data; boundary=b", strings.Repeat(part("a"), 1001) + "--b--", 400,
			`{"detail":"The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."}`},
	}
	for _, test := range tests {
		_, err := rest.ReadBody(test.contentType, strings.NewReader(test.body), rest.BodyOptions{})
		status, got := 0, ""
		if err != nil {
			e := rest.FromError(err)
			status, got = e.Status, string(e.AppendJSON(nil, rest.ErrorStyle{}))
		}
		if status != test.status || got != test.want {
			t.Errorf("%s %.40q: %d %s, want %d %s", test.contentType, test.body, status, got, test.status, test.want)
		}
	}
}

// TestErrorStyles writes the same errors in each style.
func TestErrorStyles(t *testing.T) {
	errs := rest.FieldError("title", "This field is required.", "required")
	items := rest.ListErrors(2)
	items.PutIndex(1, rest.FieldError("body", "This field may not be blank.", "blank"))
	errs.Put("comments", items)
	tests := []struct {
		err   *rest.APIError
		style rest.ErrorStyle
		want  string
	}{
		{rest.Validation(errs), rest.ErrorStyle{}, `{"title":["This field is required."],"comments":{"1":{"body":["This field may not be blank."]}}}`},
		{rest.Validation(errs), rest.ErrorStyle{ListsAsList: true}, `{"title":["This field is required."],"comments":[{},{"body":["This field may not be blank."]}]}`},
		{rest.Validation(errs), rest.ErrorStyle{Codes: true}, `{"title":[{"message":"This field is required.","code":"required"}],` +
			`"comments":{"1":{"body":[{"message":"This field may not be blank.","code":"blank"}]}}}`},
		{rest.NotFound("Article"), rest.ErrorStyle{Codes: true}, `{"detail":"No Article matches the given query.","code":"not_found"}`},
		{rest.Throttled(1), rest.ErrorStyle{}, `{"detail":"Request was throttled. Expected available in 1 second."}`},
		{rest.MethodNotAllowed("PUT"), rest.ErrorStyle{}, `{"detail":"Method \"PUT\" not allowed."}`},
	}
	for _, test := range tests {
		if got := string(test.err.AppendJSON(nil, test.style)); got != test.want {
			t.Errorf("%+v: %s, want %s", test.style, got, test.want)
		}
	}
}
