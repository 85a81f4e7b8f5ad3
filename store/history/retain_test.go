package history_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const document = `{"collections": {"notes": {"fields": {"title": {"type": "char", "max_length": 2000}}}}}`

// logbook is a store whose clock the test sets.
type logbook struct {
	*testing.T
	s   *store.Store
	now time.Time
}

func newLogbook(t *testing.T) *logbook {
	t.Helper()
	l := &logbook{T: t, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	o := store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true, Now: func() time.Time { return l.now }}
	var err error
	if l.s, err = store.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := l.s.Apply(t.Context(), "", []byte(document), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	l.exec("DELETE FROM couplet_changes") // what the migration logged at the machine's own time
	return l
}

func (l *logbook) exec(sql string) {
	l.Helper()
	if err := l.s.Engine().Write(context.Background(), func(c db.Conn) error { return c.Script(sql) }, nil); err != nil {
		l.Fatal(err)
	}
}

// write makes n notes in one changeset.
func (l *logbook) write(n int, title string) {
	l.Helper()
	c := l.s.Schema().Collection("notes")
	origin := store.Origin{Scope: access.System(l.s.State().Policy), Via: "test"}
	_, err := l.s.Write(context.Background(), origin, func(tx *store.Tx) error {
		for range n {
			in := store.NewInput(c)
			in.Values = map[*schema.Field]value.Value{c.Field("title"): value.Text(title)}
			key, err := tx.Create(in)
			if err == nil && title != "" { // an update has values in the log
				in.Values[c.Field("title")] = value.Text("x")
				err = tx.Update(key, in, store.Condition{})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
}

// count is "rows in changesets".
func (l *logbook) count() (out string) {
	l.Helper()
	err := l.s.Engine().Read(context.Background(), func(c db.Conn) error {
		return c.Query("SELECT count(*), count(DISTINCT changeset) FROM couplet_changes", nil, func(r db.Row) error {
			out = fmt.Sprintf("%d in %d", r.Int(0), r.Int(1))
			return nil
		})
	})
	if err != nil {
		l.Fatal(err)
	}
	return out
}

func (l *logbook) prune(k *history.Keeper, want int64, left string) {
	l.Helper()
	n, err := k.Prune(context.Background())
	if err != nil || n != want || l.count() != left {
		l.Errorf("%d rows went (%v), want %d; %s are left, want %s", n, err, want, l.count(), left)
	}
}

func TestRetentionByAge(t *testing.T) {
	l := newLogbook(t)
	k := &history.Keeper{Store: l.s, Age: 90 * 24 * time.Hour}
	l.write(2500, "") // more than one transaction deletes
	l.now = l.now.Add(24 * time.Hour)
	l.write(3, "")
	l.prune(k, 0, "2503 in 2")
	l.now = l.now.Add(89*24*time.Hour + time.Second)
	l.prune(k, 2500, "3 in 1")
	l.prune(k, 0, "3 in 1")
	l.now = l.now.Add(24 * time.Hour)
	l.prune(k, 3, "0 in 0")
	l.write(1, "")
	l.now = l.now.Add(1000 * 24 * time.Hour)
	l.prune(&history.Keeper{Store: l.s}, 0, "1 in 1") // for ever
}

// The oldest changesets go until the rest fits, none in part.
func TestRetentionBySize(t *testing.T) {
	l := newLogbook(t)
	title := strings.Repeat("é", 500) // a thousand bytes in the log
	k := &history.Keeper{Store: l.s, Size: 10_000}
	for range 4 {
		l.write(2, title) // 4 rows, 2 of which have the title: 2,836 bytes
	}
	l.prune(k, 4, "12 in 3")
	l.prune(k, 0, "12 in 3")
	l.write(2, title)
	l.prune(k, 4, "12 in 3")
	l.write(20, title)
	l.prune(k, 52, "0 in 0") // the last alone is too large
	l.write(1, "")
	l.prune(k, 0, "1 in 1")
	if err := l.s.Wipe(context.Background()); err != nil { // and a log that was emptied is measured anew
		t.Fatal(err)
	}
	for range 3 {
		l.write(2, title)
	}
	l.prune(k, 0, "12 in 3")
}
