package rest

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strings"

	"github.com/couplet/couplet/store"
)

// MaxBody is how large a body may be, files aside: Django's DATA_UPLOAD_MAX_MEMORY_SIZE, 2.5 MiB.
const MaxBody = 2621440

// Stager receives uploads before anything else is known about them. *store.Files is one.
type Stager interface {
	Stage(name string, r io.Reader, limit int64) (*store.Upload, error)
}

// BodyOptions say how a body may be read.
type BodyOptions struct {
	Files   Stager // nil: files are read and dropped
	MaxFile int64  // bytes of one file; 0: no limit
}

// Body is a parsed request body.
type Body struct {
	Node  *Node
	files []*FilePart
}

// Discard deletes the uploads that no record has taken. It must be called after the write, whatever became of it;
// failed says that the write did not happen, so that nothing was taken.
func (b *Body) Discard(failed bool) {
	for _, f := range b.files {
		if f.Upload != nil && (failed || !f.taken) {
			f.Upload.Discard()
		}
	}
}

// ReadBody parses a request body by its content type as DRF's parsers do. Errors are *APIError (400, 413, 415), or those
// of the disk.
func ReadBody(contentType string, r io.Reader, opt BodyOptions) (*Body, error) {
	mt := parseMediaType(contentType)
	if len(contentType) > maxMediaType {
		mt = mediaType{}
	}
	if matches(mt, "multipart/form-data") && mt.main != "*" {
		ahead := bufio.NewReader(r)
		if _, err := ahead.Peek(1); !errors.Is(err, io.EOF) {
			return readMultipart(mt, ahead, opt)
		}
		r = ahead // DRF gives an empty body to no parser, so that a missing boundary is none of its business
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxBody+1))
	if err != nil {
		return nil, ParseError("The body could not be read.")
	}
	node, err := ParseBody(contentType, data)
	if err != nil {
		return nil, err
	}
	return &Body{Node: node}, nil
}

func matches(mt mediaType, want string) bool { return parseMediaType(want).match(mt) }

// ParseBody parses a body that is not multipart. An empty body is an empty object or form, whatever its type.
func ParseBody(contentType string, data []byte) (*Node, error) {
	mt := parseMediaType(contentType)
	isForm := mt.main+"/"+mt.sub == "application/x-www-form-urlencoded" || mt.main+"/"+mt.sub == "multipart/form-data"
	switch {
	case len(data) == 0 && isForm:
		return &Node{Kind: FormNode, Form: NewForm()}, nil
	case len(data) == 0:
		return Object(), nil
	case len(data) > MaxBody:
		return nil, ParseError("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")
	case len(contentType) > maxMediaType:
		return nil, UnsupportedMediaType(contentType)
	case matches(mt, "application/json"):
		text, err := decodeCharset(mt.param("charset"), data)
		if err != nil {
			return nil, err
		}
		return ParseJSON(text)
	case matches(mt, "application/x-www-form-urlencoded"):
		if latin1(mt.param("charset")) {
			data = latin1Form(data)
		}
		form, err := ParseForm(data)
		if err != nil {
			return nil, err
		}
		return &Node{Kind: FormNode, Form: form}, nil
	}
	return nil, UnsupportedMediaType(contentType)
}

func multipartError(text string) error { return ParseError("Multipart form parse error - " + text) }

// readMultipart reads fields into memory and stages files one by one. What precedes the first boundary is ignored, and
// a body without any boundary is an empty form, as in Django.
func readMultipart(mt mediaType, r io.Reader, opt BodyOptions) (body *Body, err error) {
	boundary := mt.param("boundary")
	switch {
	case boundary == "":
		return nil, multipartError("Invalid boundary in multipart: None")
	case !validBoundary(boundary):
		return nil, multipartError("Invalid boundary in multipart: " + boundary[:min(len(boundary), maxBoundary)])
	}
	m := &multipartReader{opt: opt, form: NewForm(), left: MaxBody, body: &Body{}}
	defer func() {
		if err != nil {
			m.body.Discard(true)
		}
	}()
	parts := multipart.NewReader(r, boundary)
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasSuffix(err.Error(), "EOF") {
				break
			}
			return nil, multipartError("Malformed part.")
		}
		if err := m.part(part); err != nil {
			return nil, err
		}
	}
	for _, f := range m.body.files {
		m.form.Add(f.Field, &Node{Kind: FileNode, File: f})
	}
	m.body.Node = &Node{Kind: FormNode, Form: m.form}
	return m.body, nil
}

const maxBoundary = 201

// validBoundary is Django's pattern of boundaries: printable ASCII that does not end with a space.
func validBoundary(s string) bool {
	odd := func(r rune) bool { return r < ' ' || r > '~' }
	return len(s) <= maxBoundary && !strings.HasSuffix(s, " ") && !strings.ContainsFunc(s, odd)
}

type multipartReader struct {
	opt    BodyOptions
	form   *Form
	body   *Body
	fields int
	left   int64 // bytes of fields that may still come
}

func (m *multipartReader) part(p *multipart.Part) error {
	header := p.Header.Get("Content-Disposition")
	if len(header) > 10000 {
		return multipartError("Malformed part.")
	}
	d := parseMediaType(header)
	name := pyStrip(replaceInvalid([]byte(d.param("name"))))
	if name == "" {
		return drain(p)
	}
	var r io.Reader = p
	if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "base64") {
		r = base64.NewDecoder(base64.StdEncoding, p)
	}
	if file, ok := fileName(d); ok {
		return m.file(name, file, p.Header.Get("Content-Type"), r)
	}
	if m.fields++; m.fields > maxFormFields {
		return ParseError("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.")
	}
	data, err := io.ReadAll(io.LimitReader(r, m.left+1))
	if err != nil {
		return multipartError("Unexpected end of data.")
	}
	if m.left -= int64(len(data) + len(name)); m.left < 0 {
		return ParseError("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")
	}
	m.form.Add(name, StringValue(replaceInvalid(data)))
	return nil
}

func drain(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return multipartError("Unexpected end of data.")
	}
	return nil
}

// file stages a file. One without a usable name is left out, as in Django.
func (m *multipartReader) file(field, name, contentType string, r io.Reader) error {
	name = sanitizeFileName(name)
	if name == "" {
		return drain(r)
	}
	if len(m.body.files) == maxFormFiles {
		return ParseError("The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES.")
	}
	part := &FilePart{Field: field, Name: name, ContentType: contentType}
	if m.opt.Files == nil {
		part.Size = 1
		m.body.files = append(m.body.files, part)
		return drain(r)
	}
	up, err := m.opt.Files.Stage(name, r, m.opt.MaxFile)
	switch {
	case errors.Is(err, store.ErrTooLarge):
		return TooLarge(fmt.Sprintf("The file \"%s\" is larger than %d bytes.", name, m.opt.MaxFile))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, new(base64.CorruptInputError)):
		return multipartError("Unexpected end of data.")
	case err != nil:
		return err
	}
	part.Upload, part.Size = up, up.Size
	m.body.files = append(m.body.files, part)
	return nil
}
