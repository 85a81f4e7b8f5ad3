package thumb

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
)

// maxHeader bounds how far into a JPEG its orientation is looked for.
const maxHeader = 256 << 10

// orientation returns how a JPEG's camera was held, as Exif numbers it from 1 to 8; 1 where nothing is said.
func orientation(src io.ReadSeeker) (int, error) {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return 1, err
	}
	head, err := io.ReadAll(io.LimitReader(src, maxHeader))
	if err != nil {
		return 1, err
	}
	for at := 2; at+4 <= len(head) && head[at] == 0xff && head[at+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(head[at+2:]))
		end := min(at+2+size, len(head))
		if size < 2 {
			return 1, nil
		}
		if head[at+1] == 0xe1 && bytes.HasPrefix(head[at+4:end], []byte("Exif\x00\x00")) {
			return tiffOrientation(head[at+10 : end]), nil
		}
		at += 2 + size
	}
	return 1, nil
}

// tiffOrientation reads the tag from a TIFF header with its first directory.
func tiffOrientation(b []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(b, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(b) < 8 {
		return 1
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at+2 > len(b) {
		return 1
	}
	n := int(order.Uint16(b[at:]))
	for i := range n {
		entry := at + 2 + 12*i
		if entry+12 > len(b) {
			return 1
		}
		if order.Uint16(b[entry:]) == 0x0112 {
			if v := int(order.Uint16(b[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// upright turns and mirrors a picture as Exif says that its camera was held.
func upright(img *image.RGBA, turned int) *image.RGBA {
	if turned <= 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if turned > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch turned {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			out.SetRGBA(tx, ty, img.RGBAAt(x, y))
		}
	}
	return out
}
