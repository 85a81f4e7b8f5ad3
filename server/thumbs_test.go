package server_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
)

// photo is a JPEG, red on the left and blue on the right, of a camera that was held as Exif numbers it.
func photo(t *testing.T, width, height, turned int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 255, A: 255}
			if x >= width/2 {
				c = color.RGBA{B: 255, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turned), 0, 0, 0, 0, 0, 0}
	exif := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return string(b.Bytes()[:2]) + string(segment) + string(exif) + string(b.Bytes()[2:])
}

// bomb is a small PNG file that declares a huge image.
func bomb() string {
	chunk := func(kind string, data []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		body := append([]byte(kind), data...)
		return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 9000), 9000)
	return "\x89PNG\r\n\x1a\n" + string(chunk("IHDR", append(head, 8, 2, 0, 0, 0))) + string(chunk("IDAT", []byte("x"))) + string(chunk("IEND", nil))
}

// pictured gets a picture and returns it with its content type.
func (a *account) pictured(path string) (image.Image, http.Header) {
	a.t.Helper()
	req, err := http.NewRequest("GET", a.base+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	img, _, err := image.Decode(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		a.t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
	}
	return img, resp.Header
}

func TestThumbnails(t *testing.T) {
	w := newAlbums(t)
	put := func(name, file, content string) {
		t.Helper()
		w.root.want("POST", albumsPath, `{"name":"`+name+`","cover":{"upload":"`+w.root.sent(file, content)+`"}}`, 201, "")
	}
	put("wide", "wide.png", picture(t, 400, 200))
	put("small", "small.png", picture(t, 20, 10))
	put("photo", "photo.jpg", photo(t, 400, 200, 6))
	put("secret", "secret.png", picture(t, 400, 200))
	put("bomb", "bomb.png", bomb())
	for _, c := range []struct {
		query, kind   string
		width, height int
	}{
		{"wide.png?w=128", "image/png", 128, 64},
		{"wide.png?w=100", "image/png", 128, 64},
		{"wide.png?w=128&h=32&fit=contain", "image/png", 64, 32},
		{"wide.png?w=128&fit=cover", "image/png", 128, 128},
		{"wide.png?w=64&h=128&fit=cover", "image/png", 64, 128},
		{"wide.png?w=9999", "image/png", 400, 200},
		{"small.png?w=320", "image/png", 20, 10},
		{"small.png?w=320&fit=cover", "image/png", 10, 10},
		{"photo.jpg?w=128", "image/jpeg", 128, 256},
		{"photo.jpg?w=32&h=64&fit=cover", "image/jpeg", 32, 64},
	} {
		img, head := w.bo.pictured("/media/covers/" + c.query)
		if size := img.Bounds().Size(); size != image.Pt(c.width, c.height) || head.Get("Content-Type") != c.kind {
			t.Errorf("%s: %v %s, want %d × %d %s", c.query, size, head.Get("Content-Type"), c.width, c.height, c.kind)
		}
	}
	// The camera was held on its side: what was left is above now.
	img, head := w.bo.pictured("/media/covers/photo.jpg?w=128")
	if r, _, b, _ := img.At(64, 10).RGBA(); r < 0xe000 || b > 0x2000 {
		t.Errorf("the top is %v", img.At(64, 10))
	}
	if r, _, b, _ := img.At(64, 240).RGBA(); b < 0xe000 || r > 0x2000 {
		t.Errorf("the bottom is %v", img.At(64, 240))
	}
	if status, _ := w.bo.with("If-None-Match", head.Get("Etag")).call("GET", "/media/covers/photo.jpg?w=128", ""); status != 304 {
		t.Errorf("the same picture again: %d", status)
	}
	// They are made once, and the right is that of the original.
	if n := w.files("thumbnails"); n != 9 { // of ten, two are asked for by the same size
		t.Errorf("%d pictures are kept", n)
	}
	w.root.pictured("/media/covers/secret.png?w=64")
	w.bo.want("GET", "/media/covers/secret.png?w=64", "", 404, "")
	w.visitor().want("GET", "/media/covers/wide.png?w=128", "", 404, "")
	w.root.want("POST", albumsPath, `{"name":"text","notes":{"upload":"`+w.root.sent("a.txt", "x")+`"}}`, 201, "")
	for path, want := range map[string]string{
		"covers/bomb.png?w=64":            `{"w":["The image has more than 40 million pixels."]}`,
		"notes/a.txt?w=64":                `{"w":["This file is no image that a smaller picture can be made of."]}`,
		"covers/wide.png?w=x":             `{"w":["Enter a whole number of pixels."]}`,
		"covers/wide.png?fit=cover":       `{"w":["This field is required."]}`,
		"covers/wide.png?w=64&fit=square": `{"fit":["This is cover or contain."]}`,
	} {
		w.bo.want("GET", "/media/"+path, "", 400, want)
	}
	w.bo.want("GET", "/media/covers/wide.png", "", 200, "")
	if n := strings.Count(strings.Join(w.server.Routes(), " "), "thumb"); n != 0 {
		t.Error("pictures have routes of their own")
	}
}
