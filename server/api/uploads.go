package api

import (
	"crypto/rand"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// The limits of uploads that wait for their record.
const (
	stagedTime     = time.Hour
	maxStaged      = 100     // of one user
	maxStagedBytes = 1 << 30 // of one user
)

// staged is a file that was sent before the record that will name it.
type staged struct {
	token, owner string
	part         *rest.FilePart
	expires      time.Time
}

// stagedFiles keeps them in memory: a restart ends them, as it clears the folder of the files.
type stagedFiles struct {
	mu  sync.Mutex
	all map[string]*staged
}

// uploadBody is an upload as its owner sees it.
type uploadBody struct {
	Upload  string    `json:"upload" doc:"What {\"upload\": …} in a record's file field names."`
	Name    string    `json:"name"`
	Size    int64     `json:"size"`
	Type    string    `json:"type"`
	Width   *int      `json:"width"`
	Height  *int      `json:"height"`
	Expires time.Time `json:"expires"`
	URL     string    `json:"url" doc:"Where its owner can see it."`
}

type uploadForm struct {
	File string `json:"file" openapi:"format=binary"`
}

// uploadOperations lists the system API's uploads.
func (a *API) uploadOperations() []operation {
	op := func(method, path, summary string, out any, handle func(*Call) (any, error), errors ...int) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Response: out, Errors: errors,
		}}
	}
	send := op("POST", "uploads/", "Send a file before the record that will name it", uploadBody{}, (*Call).createUpload, 400, 403, 413, 429)
	send.Status, send.Request, send.Consumes = http.StatusCreated, uploadForm{}, []string{"multipart/form-data"}
	show := op("GET", "uploads/{upload}/", "The file, for its owner", openapi.Binary(), (*Call).readUpload, 404)
	show.files, show.Produces = true, "application/octet-stream"
	return []operation{send, show, op("DELETE", "uploads/{upload}/", "Throw an upload away", nil, (*Call).deleteUpload, 404)}
}

// createUpload receives a file from who may write records at all.
func (c *Call) createUpload() (any, error) {
	if !c.mayWriteSomething() {
		return nil, c.denied()
	}
	if err := c.fiber.RequestCtx().Conn().SetReadDeadline(time.Now().Add(uploadTime)); err != nil {
		return nil, err
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	part, err := oneFile(body)
	if err == nil {
		err = part.Examine()
	}
	if err != nil {
		body.Discard(true)
		return nil, err
	}
	u := &staged{token: rand.Text(), owner: c.userID(), part: part, expires: c.API.Jobs.Now().Add(stagedTime).UTC().Truncate(time.Second)}
	if err := c.API.staged.add(u, c.API.Jobs.Now()); err != nil {
		body.Discard(true)
		return nil, err
	}
	return uploadOf(u), nil
}

// oneFile returns the one part of a form, which is a file.
func oneFile(body *rest.Body) (*rest.FilePart, error) {
	if body.Node.Kind != rest.FormNode {
		return nil, rest.UnsupportedMediaType("")
	}
	for _, name := range body.Node.Form.Names() {
		if name != "file" {
			return nil, rest.Validation(rest.FieldError(name, "There is no such field.", "invalid"))
		}
	}
	files := body.Node.Form.All("file")
	switch {
	case len(files) == 0:
		return nil, rest.Validation(rest.FieldError("file", "No file was submitted.", "required"))
	case len(files) > 1 || files[0].Kind != rest.FileNode || files[0].File.Upload == nil:
		return nil, rest.Validation(rest.FieldError("file", "Send one file.", "invalid"))
	}
	return files[0].File, nil
}

func uploadOf(u *staged) uploadBody {
	b := uploadBody{
		Upload: u.token, Name: u.part.Name, Size: u.part.Size, Type: u.kind(), Expires: u.expires, URL: systemPrefix + "uploads/" + u.token + "/",
	}
	if f := u.part.Image; f.Width > 0 {
		b.Width, b.Height = &f.Width, &f.Height
	}
	return b
}

// kind is the file's content type: what its sender says, else what its name says.
func (u *staged) kind() string {
	media, _, err := mime.ParseMediaType(u.part.ContentType)
	if err != nil {
		media, _, err = mime.ParseMediaType(mime.TypeByExtension(strings.ToLower(filepath.Ext(u.part.Name))))
	}
	if err != nil {
		return "application/octet-stream"
	}
	return media
}

func (c *Call) readUpload() (any, error) {
	u := c.API.staged.get(c.Params["upload"], c.userID(), c.API.Jobs.Now())
	if u == nil {
		return nil, rest.NotFound("")
	}
	f, err := u.part.Upload.Open()
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return c.fileAnswer(mediaHead(u.kind(), u.part.Name, st), f, st)
}

func (c *Call) deleteUpload() (any, error) {
	u := c.API.staged.get(c.Params["upload"], c.userID(), c.API.Jobs.Now())
	if u == nil {
		return nil, rest.NotFound("")
	}
	c.API.staged.drop(u.token)
	return &Answer{Status: http.StatusNoContent}, nil
}

// add keeps an upload, within the limits of its owner.
func (s *stagedFiles) add(u *staged, now time.Time) error {
	s.Sweep(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	n, size := 1, u.part.Size
	for _, other := range s.all {
		if other.owner == u.owner {
			n, size = n+1, size+other.part.Size
		}
	}
	if n > maxStaged || size > maxStagedBytes {
		return &rest.APIError{Status: http.StatusTooManyRequests, Code: "too_many_uploads", Detail: "Too many uploads of yours wait for their record: at most " +
			strconv.Itoa(maxStaged) + ", and 1 GiB. Save the records, or wait until they expire."}
	}
	s.all[u.token] = u
	return nil
}

// get returns an upload of its owner, nil where there is none.
func (s *stagedFiles) get(token, owner string, now time.Time) *staged {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.all[token]
	if u == nil || u.owner != owner || u.expires.Before(now) {
		return nil
	}
	return u
}

func (s *stagedFiles) drop(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.all[token]; u != nil {
		u.part.Upload.Discard()
		delete(s.all, token)
	}
}

// Sweep deletes what has expired.
func (s *stagedFiles) Sweep(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, u := range s.all {
		if u.expires.Before(now) {
			u.part.Upload.Discard()
			delete(s.all, token)
		}
	}
}
