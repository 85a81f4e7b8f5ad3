package api

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/thumb"
)

// maxThumbs bounds the folder of pictures, in bytes.
const maxThumbs = 256 << 20

// thumbsDir is the name of the folder of pictures in the data folder.
const thumbsDir = "thumbnails"

// thumbSpec reads what picture is wanted; false: the file itself is.
func (c *Call) thumbSpec() (thumb.Spec, bool, error) {
	var s thumb.Spec
	params, err := c.parameters()
	if err != nil {
		return s, false, err
	}
	width, wanted := params.Last("w")
	height, high := params.Last("h")
	fit, fitted := params.Last("fit")
	if !wanted && !high && !fitted {
		return s, false, nil
	}
	errs := &rest.Errors{}
	size := func(name, text string, given bool) int {
		n, err := strconv.Atoi(text)
		if !given {
			return 0
		}
		if err != nil || n < 1 {
			errs.Put(name, rest.Fail("Enter a whole number of pixels.", "invalid"))
			return 0
		}
		return thumb.Round(n)
	}
	s.Width, s.Height = size("w", width, wanted), size("h", height, high)
	switch {
	case !wanted:
		errs.Put("w", rest.Fail("This field is required.", "required"))
	case fitted && fit != "cover" && fit != "contain":
		errs.Put("fit", rest.Fail("This is cover or contain.", "invalid_choice"))
	}
	if s.Cover = fit == "cover"; s.Cover && s.Height == 0 {
		s.Height = s.Width
	}
	if !errs.Empty() {
		return s, true, rest.Validation(errs)
	}
	return s, true, nil
}

// serveThumb answers with a picture of an image, which it closes.
func (c *Call) serveThumb(original *os.File, st os.FileInfo, name string, s thumb.Spec) error {
	defer func() { _ = original.Close() }()
	version := fmt.Sprintf("%d %d", st.Size(), st.ModTime().UnixNano())
	f, err := c.API.thumbs.Open(c.Context(), original, name, version, s)
	switch {
	case errors.Is(err, thumb.ErrNoImage):
		err = rest.Validation(rest.FieldError("w", "This file is no image that a smaller picture can be made of.", "no_image"))
	case errors.Is(err, thumb.ErrTooLarge):
		err = rest.Validation(rest.FieldError("w", "The image has more than 40 million pixels.", "image_too_large"))
	case errors.Is(err, context.DeadlineExceeded):
		err = &rest.APIError{Status: 503, Code: "busy", Detail: "Too many pictures are being made.", Headers: [][2]string{{"Retry-After", "5"}}}
	}
	if err != nil {
		return err
	}
	made, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return c.sendFile(mediaHead(thumb.Kind(f.Name()), filepath.Base(name), made), f, made)
}
