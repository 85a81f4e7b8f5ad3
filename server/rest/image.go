package rest

import (
	"bufio"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"github.com/couplet/couplet/store"
)

// Limits on images: what may be declared, and up to where all pixels are decoded to find a broken file.
const (
	maxPixels    = 100_000_000
	decodePixels = 8_000_000
	maxFrames    = 1000
)

// imageExtensions are the file extensions of the formats that can be decoded.
var imageExtensions = []string{"apng", "bmp", "dib", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"}

// decoding lets one image at a time be decoded: each may take 64 MB, at 16 bits a channel.
var decoding = make(chan struct{}, 1)

// read reports what is wrong with an uploaded image. Its size is read from its header first, so that a small file that
// declares a huge image costs nothing.
func (i *ImageFacts) read(upload *store.Upload) (*Message, error) {
	bad := &Message{
		"Upload a valid image. The file you uploaded was either not an image or a corrupted image.", "invalid_image",
	}
	file, err := upload.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	config, format, err := image.DecodeConfig(bufio.NewReader(file))
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return bad, nil
	}
	i.Width, i.Height = config.Width, config.Height
	pixels := int64(config.Width) * int64(config.Height)
	if pixels > maxPixels {
		return &Message{fmt.Sprintf("The image is too large: %d × %d pixels.", config.Width, config.Height), "image_too_large"}, nil
	}
	if format == "gif" {
		if m, err := checkFrames(file, pixels); err != nil || m != nil {
			return m, err
		}
	}
	if pixels > decodePixels {
		return nil, nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	decoding <- struct{}{}
	defer func() { <-decoding }()
	if _, _, err := image.Decode(bufio.NewReader(file)); err != nil {
		return bad, nil
	}
	return nil, nil
}

// checkFrames counts the frames of a GIF without decoding them.
func checkFrames(file *os.File, pixels int64) (*Message, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	n := gifFrames(bufio.NewReader(file))
	if n > maxFrames || int64(n)*pixels > 10*maxPixels {
		return &Message{fmt.Sprintf("The image has too many frames (%d).", n), "image_too_large"}, nil
	}
	return nil, nil
}

// gifFrames walks the blocks of a GIF and returns how many images it holds, at most one more than maxFrames.
func gifFrames(r *bufio.Reader) int {
	head := make([]byte, 13)
	if _, err := io.ReadFull(r, head); err != nil || skipTable(r, head[10]) != nil {
		return 0
	}
	for n := 0; ; {
		c, err := r.ReadByte()
		switch {
		case err != nil || c != ',' && c != '!' || n > maxFrames:
			return n
		case c == ',':
			n++
			image := make([]byte, 9)
			if _, err := io.ReadFull(r, image); err != nil || skipTable(r, image[8]) != nil {
				return n
			}
		}
		if _, err := r.ReadByte(); err != nil || skipBlocks(r) != nil { // code size, or the extension's label
			return n
		}
	}
}

// skipTable skips the colour table that a packed byte announces.
func skipTable(r *bufio.Reader, packed byte) error {
	if packed&0x80 == 0 {
		return nil
	}
	_, err := r.Discard(3 << (packed&7 + 1))
	return err
}

func skipBlocks(r *bufio.Reader) error {
	for {
		n, err := r.ReadByte()
		if err != nil || n == 0 {
			return err
		}
		if _, err := r.Discard(int(n)); err != nil {
			return err
		}
	}
}
