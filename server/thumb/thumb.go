// Package thumb makes smaller pictures of stored images: it decodes, turns, scales and encodes within bounds, one at a
// time, and keeps what it made in a folder of a bounded size. It imports nothing of Couplet.
package thumb

import (
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	_ "image/gif" // the first frame

	"golang.org/x/image/draw"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// Sizes are the widths and heights that pictures are made in.
var Sizes = []int{32, 64, 128, 256, 320, 480, 640, 960, 1280, 1920}

// Round returns the size that stands for n pixels: the next one up, else the largest.
func Round(n int) int {
	for _, s := range Sizes {
		if n <= s {
			return s
		}
	}
	return Sizes[len(Sizes)-1]
}

// Spec says what picture is wanted.
type Spec struct {
	Width, Height int  // Height 0: whatever the width leads to
	Cover         bool // exactly that size, cut at the edges; else the whole picture within it
}

// The errors of images that no picture is made of.
var (
	ErrNoImage  = errors.New("thumb: no image that can be read")
	ErrTooLarge = errors.New("thumb: the image has too many pixels")
)

const (
	maxPixels = 40_000_000
	quality   = 82 // of JPEG
)

// Make reads an image and writes a picture of it: JPEG where nothing of it can be seen through and it was not lossless,
// else PNG. Errors: ErrNoImage, ErrTooLarge, those of w.
func Make(src io.ReadSeeker, s Spec, w io.Writer) (kind string, err error) {
	config, format, err := image.DecodeConfig(src)
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return "", ErrNoImage
	}
	if int64(config.Width)*int64(config.Height) > maxPixels {
		return "", ErrTooLarge
	}
	turned := 1
	if format == "jpeg" {
		if turned, err = orientation(src); err != nil {
			return "", err
		}
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	img, _, err := image.Decode(src)
	if err != nil {
		return "", ErrNoImage
	}
	out := scaled(img, s, turned)
	if lossless := format == "png" || format == "gif"; lossless || !out.Opaque() {
		return "image/png", png.Encode(w, out)
	}
	return "image/jpeg", jpeg.Encode(w, out, &jpeg.Options{Quality: quality})
}

// scaled draws an image in the size that is wanted, then turns that small picture upright. It is never enlarged.
func scaled(img image.Image, s Spec, turned int) *image.RGBA {
	if turned > 4 && s.Height > 0 { // it lies on its side
		s.Width, s.Height = s.Height, s.Width
	}
	from := img.Bounds()
	width, height := from.Dx(), from.Dy()
	if turned > 4 && s.Height == 0 {
		s.Height, s.Width = s.Width, 0
	}
	switch {
	case s.Cover:
		from = cut(from, s.Width, s.Height)
		if from.Dx() > s.Width {
			width, height = s.Width, s.Height
		} else {
			width, height = from.Dx(), from.Dy()
		}
	default:
		width, height = within(width, height, s.Width, s.Height)
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(out, out.Bounds(), img, from, draw.Src, nil)
	return upright(out, turned)
}

// within shrinks a size until it fits; 0 is no bound.
func within(width, height, maxWidth, maxHeight int) (int, int) {
	w, h := width, height
	if maxWidth > 0 && w > maxWidth {
		w, h = maxWidth, height*maxWidth/width
	}
	if maxHeight > 0 && h > maxHeight {
		w, h = width*maxHeight/height, maxHeight
	}
	return max(w, 1), max(h, 1)
}

// cut is the largest part in the middle of a rectangle that has the proportions of a size.
func cut(r image.Rectangle, width, height int) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*height > h*width {
		w = max(h*width/height, 1)
	} else {
		h = max(w*height/width, 1)
	}
	x, y := r.Min.X+(r.Dx()-w)/2, r.Min.Y+(r.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h)
}
