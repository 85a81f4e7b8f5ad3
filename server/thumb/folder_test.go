package thumb_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/couplet/couplet/server/thumb"
)

// noise is an image file that does not compress.
func noise(t *testing.T, size int) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, size, size))
	n := uint32(1)
	for y := range size {
		for x := range size {
			n = n*1664525 + 1013904223
			img.SetGray(x, y, color.Gray{Y: byte(n >> 24)})
		}
	}
	path := filepath.Join(t.TempDir(), "noise.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	return path
}

// The folder stays within its bound, whoever asks for however much at once.
func TestFolderIsBounded(t *testing.T) {
	dir, original := t.TempDir(), noise(t, 64)
	const limit = 40_000
	folder := thumb.NewFolder(dir, limit)
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			f, err := os.Open(original)
			if err != nil {
				t.Error(err)
				return
			}
			defer f.Close()
			made, err := folder.Open(context.Background(), f, fmt.Sprint("image ", i%15), "1", thumb.Spec{Width: 64})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := png.Decode(made); err != nil {
				t.Error(err)
			}
			made.Close()
		})
	}
	all.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	size, n := int64(0), len(entries)
	for _, e := range entries {
		st, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += st.Size()
	}
	if size > limit || n < 2 || n > 14 {
		t.Errorf("%d pictures of %d bytes are kept", n, size)
	}
}
