package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// named are the hashes of the names of files that something names: eight bytes each, for there may be millions.
type named map[uint64]struct{}

func (n named) add(name string)      { n[xxhash.Sum64String(name)] = struct{}{} }
func (n named) has(name string) bool { _, ok := n[xxhash.Sum64String(name)]; return ok }

// files compares the files that records name with those that are there.
func (x *exam) files(ctx context.Context) error {
	byRecords, count, missing := named{}, 0, []string{}
	for _, c := range x.store.Schema().Collections {
		for _, f := range fileFields(c) {
			err := x.names(ctx, f, func(key, name string) error {
				byRecords.add(name)
				count++
				file, err := x.store.Files.Open(name)
				switch {
				case errors.Is(err, fs.ErrNotExist):
					missing = append(missing, fmt.Sprintf("%s of %s %s names %s", f.Name, c.Name, key, name))
					return nil
				case err != nil:
					return err
				}
				return file.Close()
			})
			if err != nil {
				return err
			}
		}
	}
	for _, text := range missing[:min(shown, len(missing))] {
		x.find(Error, "A file is missing: "+text+".", "Put the file back into media/ from a backup, or clear the field.")
	}
	if n := len(missing) - shown; n > 0 {
		x.find(Error, several(n, "more file is", "more files are")+" missing.", "Put them back into media/ from a backup.")
	}
	if err := x.orphans(ctx, byRecords); err != nil {
		return err
	}
	if len(missing) == 0 {
		x.find(OK, several(count, "file that a record names is there.", "files that records name are there."), "")
	}
	return nil
}

func fileFields(c *schema.Collection) []*schema.Field {
	var out []*schema.Field
	for _, f := range c.Columns {
		if f.Type.Kind == value.File || f.Type.Kind == value.Image {
			out = append(out, f)
		}
	}
	return out
}

// page is how many rows are read in one transaction.
const page = 1000

// names calls fn for every file that records name in a field, outside any transaction.
func (x *exam) names(ctx context.Context, f *schema.Field, fn func(key, name string) error) error {
	c := f.Collection
	last, more := value.Null, true
	for more {
		var rows [][2]string
		more = false
		err := x.store.Read(ctx, access.System(x.store.State().Policy), func(rd *store.Reader) error {
			b := sqlb.New(rd.Dialect())
			b.SQL("SELECT ").Name(c.Key.Column).SQL(", ").Name(f.Column).SQL(" FROM ").Name(c.Table).SQL(" WHERE ").Name(f.Column).SQL(" <> ''")
			if !last.IsNull() {
				b.SQL(" AND ").Name(c.Key.Column).SQL(" > ").Arg(c.Key.Type, last)
			}
			b.SQL(" ORDER BY ").Name(c.Key.Column).SQL(" LIMIT ", strconv.Itoa(page))
			return rd.Query(b.String(), b.Args(), func(r db.Row) error {
				last = r.Value(0, c.Key.Type)
				rows = append(rows, [2]string{c.Key.Type.String(last), r.Text(1)})
				more = len(rows) == page
				return nil
			})
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := fn(row[0], row[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// settled is how old a file must be to be called an orphan: a younger one may belong to a write under way.
const settled = 10 * time.Minute

// orphans finds the files that no record names, nor any earlier state of one.
func (x *exam) orphans(ctx context.Context, byRecords named) error {
	var byLog named
	var list []string
	var size int64
	past, now := 0, time.Now()
	err := fs.WalkDir(os.DirFS(x.store.Files.Root()), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || byRecords.has(name) {
			return errors.Join(err, ctx.Err())
		}
		info, err := d.Info()
		if err != nil || now.Sub(info.ModTime()) < settled {
			return nil //nolint:nilerr // it has gone meanwhile
		}
		if byLog == nil {
			if byLog, err = x.logged(ctx); err != nil {
				return err
			}
		}
		if byLog.has(name) {
			past++
			return nil
		}
		list, size = append(list, name), size+info.Size()
		return nil
	})
	if past > 0 {
		x.find(OK, several(past, "file belongs", "files belong")+" to earlier states of records, kept for the history.", "")
	}
	if len(list) > 0 {
		x.find(Warning, fmt.Sprintf("%s in media/ (%d bytes) no record names: %s.", several(len(list), "file", "files"), size,
			strings.Join(list[:min(shown, len(list))], ", ")),
			"Nobody can see them. Delete them if nothing else uses them.")
	}
	return err
}

// logged collects the names of files that the change log holds.
func (x *exam) logged(ctx context.Context) (named, error) {
	out := named{}
	ids := map[string]map[string]bool{}
	for _, c := range x.store.Schema().Collections {
		for _, f := range fileFields(c) {
			if ids[c.ID] == nil {
				ids[c.ID] = map[string]bool{}
			}
			ids[c.ID][f.ID] = true
		}
	}
	for last, more := int64(0), true; more; {
		n := 0
		err := x.store.Engine().Read(ctx, func(conn db.Conn) error {
			return conn.Query("SELECT seq, collection, diff FROM couplet_changes WHERE seq > $1 AND diff IS NOT NULL ORDER BY seq LIMIT "+strconv.Itoa(page),
				[]sqlb.Arg{sqlb.I(last)}, func(r db.Row) error {
					n, last = n+1, r.Int(0)
					if fields := ids[r.Text(1)]; fields != nil {
						out.addDiff(r.Text(2), fields)
					}
					return nil
				})
		})
		if err != nil {
			return nil, err
		}
		more = n == page
	}
	return out, nil
}

// addDiff adds what a row of the change log says of these fields: a value, or one before and one after.
func (n named) addDiff(text string, fields map[string]bool) {
	var diff map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &diff) != nil {
		return
	}
	for id, raw := range diff {
		var one string
		var pair []*string
		switch {
		case !fields[id]:
		case json.Unmarshal(raw, &one) == nil:
			n.add(one)
		case json.Unmarshal(raw, &pair) == nil:
			for _, p := range pair {
				if p != nil {
					n.add(*p)
				}
			}
		}
	}
}
