package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/value"
)

// The data folder and the database, in the environment of a child process that writes until it is killed.
const (
	crashDir      = "COUPLET_CRASH_DIR"
	crashDatabase = "COUPLET_CRASH_DATABASE"
)

const crashDocument = `{"collections": {
  "orders": {"id": "c_o", "fields": {"name": {"id": "f_n", "type": "char", "unique": true}}},
  "lines": {"id": "c_l", "fields": {"order": {"id": "f_o", "type": "foreign_key", "to": "orders", "on_delete": "cascade", "related_name": "lines"}}}
}}`

// linesEach is how many lines an order has: a changeset is one row more.
const linesEach = 3

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, writeForEver(store.Options{Dir: dir, Database: os.Getenv(crashDatabase)}))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForEver creates orders with several writers and says on standard output which are stored.
func writeForEver(at store.Options) error {
	ctx := context.Background()
	s, err := store.Open(ctx, at)
	if err != nil {
		return err
	}
	if _, err := s.Apply(ctx, "", []byte(crashDocument), migrate.Options{}); err != nil {
		return err
	}
	orders, lines := s.Schema().Collection("orders"), s.Schema().Collection("lines")
	origin := store.Origin{Scope: access.System(s.State().Policy), Via: "test"}
	failed := make(chan error)
	var out sync.Mutex
	for by := range 8 {
		go func() {
			for i := 0; ; i++ {
				in := store.NewInput(orders)
				name := fmt.Sprintf("%d.%d.%d", os.Getpid(), by, i)
				in.Values[orders.Field("name")] = value.Text(name)
				ch := &store.Children{Reverse: orders.ReverseRelation("lines"), Replace: true}
				for range linesEach {
					ch.Items = append(ch.Items, store.NewInput(lines))
				}
				in.Children = []*store.Children{ch}
				changeset, err := s.Write(ctx, origin, func(tx *store.Tx) error {
					_, err := tx.Create(in)
					return err
				})
				if err != nil {
					failed <- err
					return
				}
				out.Lock()
				fmt.Println(name, changeset)
				out.Unlock()
			}
		}()
	}
	return <-failed
}

// TestKilled kills a writing process again and again: whatever it acknowledged is there, and nothing is there by half.
func TestKilled(t *testing.T) {
	at := store.Options{Dir: t.TempDir(), Database: dbtest.URL(t)}
	random := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[string]string{} // name: changeset
	for range 6 {
		runAndKill(t, at, 1+random.IntN(400), acknowledged)
		s, err := store.Open(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		checkAcknowledged(t, s, acknowledged)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
}

// runAndKill lets a child write until it has acknowledged so many orders and notes all that it acknowledged.
func runAndKill(t *testing.T, at store.Options, enough int, acknowledged map[string]string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), crashDir+"="+at.Dir, crashDatabase+"="+at.Database)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what has no end of line was not acknowledged
		}
		name, changeset, _ := strings.Cut(strings.TrimSpace(line), " ")
		acknowledged[name] = changeset
		if n == enough {
			if _, err := store.Open(t.Context(), at); !errors.Is(err, store.ErrLocked) {
				t.Errorf("the folder of another process was opened: %v", err)
			}
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || child.ProcessState.Exited() {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

// checkAcknowledged holds the store against the writes that were acknowledged; there may be more, but whole ones.
func checkAcknowledged(t *testing.T, s *store.Store, acknowledged map[string]string) {
	t.Helper()
	err := s.Read(t.Context(), access.System(s.State().Policy), func(r *store.Reader) error {
		list := func(sql string) (got []string) {
			if err := r.Query(sql, nil, func(row db.Row) error { got = append(got, row.Text(0)); return nil }); err != nil {
				t.Error(err)
			}
			return got
		}
		if !dbtest.Postgres() {
			if d := cmp.Diff([]string{"ok"}, list("PRAGMA integrity_check")); d != "" {
				t.Errorf("integrity: %s", d)
			}
			if broken := list("PRAGMA foreign_key_check"); len(broken) > 0 {
				t.Errorf("broken foreign keys: %v", broken)
			}
		}
		half := list(fmt.Sprintf(`SELECT name FROM orders WHERE (SELECT COUNT(*) FROM lines WHERE lines.order_id = orders.id) <> %d`, linesEach))
		if len(half) > 0 {
			t.Errorf("orders that are stored by half: %v", half)
		}
		half = list(fmt.Sprintf(`SELECT changeset FROM couplet_changes GROUP BY changeset HAVING COUNT(*) <> %d`, linesEach+1))
		if len(half) > 0 {
			t.Errorf("changesets that are logged by half: %v", half)
		}
		orders, logged := map[string]bool{}, map[string]bool{}
		for _, name := range list(`SELECT name FROM orders`) {
			orders[name] = true
		}
		for _, id := range list(`SELECT DISTINCT changeset FROM couplet_changes`) {
			logged[id] = true
		}
		if len(orders) != len(logged) {
			t.Errorf("%d orders by %d changesets", len(orders), len(logged))
		}
		for name, changeset := range acknowledged {
			if !orders[name] || !logged[changeset] {
				t.Errorf("order %s of changeset %s was acknowledged and is lost", name, changeset)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
