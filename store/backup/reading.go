package backup

import (
	"context"
	"io"
	"io/fs"
	"os"
)

// reading counts what goes into an archive.
type reading struct {
	ctx         context.Context
	watch       Watch
	done, total int64
}

// newReading counts the copy of the database and the files.
func newReading(ctx context.Context, watch Watch, copied, files string) (*reading, error) {
	r := &reading{ctx: ctx, watch: watch}
	st, err := os.Stat(copied)
	if err != nil {
		return nil, err
	}
	r.total = st.Size()
	return r, fs.WalkDir(os.DirFS(files), ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if st, err := d.Info(); err == nil { // it may be gone again
			r.total += st.Size()
		}
		return ctx.Err()
	})
}

// Write implements io.Writer: it counts.
func (r *reading) Write(p []byte) (int, error) {
	r.done += int64(len(p))
	r.watch(Packing, r.done, max(r.done, r.total)) // files may have come since
	return len(p), nil
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
