package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
)

// maxLine bounds the first line of a request.
const maxLine = 4 << 20

var errLine = fmt.Errorf("a request begins with a line of JSON, of at most %d bytes", maxLine)

// answer runs a request. Its input is taken whole before that, into a file: what is done with it, perhaps while it keeps
// others from writing, must not wait for who sends it.
func answer(w http.ResponseWriter, r *http.Request, data string, handle Handler) {
	body := bufio.NewReader(r.Body)
	e, err := readEnvelope(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var in io.Reader
	if e.Input {
		f, err := spool(data, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInsufficientStorage)
			return
		}
		defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
		in = f
	}
	parts := multipart.NewWriter(w)
	w.Header().Set("Content-Type", parts.FormDataContentType())
	if err := respond(r.Context(), parts, e.Request, in, handle); err != nil {
		panic(http.ErrAbortHandler) // the answer stays without its end
	}
}

func readEnvelope(body *bufio.Reader) (envelope, error) {
	var e envelope
	var line []byte
	for {
		part, err := body.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			if json.Unmarshal(line, &e) != nil {
				return e, errLine
			}
			return e, nil
		case !errors.Is(err, bufio.ErrBufferFull), len(line) > maxLine:
			return e, errLine
		}
	}
}

// spool keeps a request's input in a file of the data folder, where there is room for what it becomes.
func spool(data string, in io.Reader) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Join(data, folderName), "input-*")
	if err != nil {
		return nil, fmt.Errorf("the input cannot be kept: %w", err)
	}
	_, err = io.Copy(f, in)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the input cannot be kept: %w", err), f.Close(), os.Remove(f.Name()))
	}
	return f, nil
}

func respond(ctx context.Context, parts *multipart.Writer, request json.RawMessage, in io.Reader, handle Handler) error {
	out, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/octet-stream"}})
	if err != nil {
		return err
	}
	done, err := json.Marshal(handle(ctx, request, in, out))
	if err != nil {
		return err
	}
	result, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/json"}})
	if err == nil {
		_, err = result.Write(done)
	}
	return errors.Join(err, parts.Close())
}
