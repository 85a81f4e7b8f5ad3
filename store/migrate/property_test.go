package migrate

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/db/sqlite"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

var (
	chainSeed = flag.Uint64("migrate.seed", 0, "run one chain of edits with this seed")
	chains    = flag.Int("migrate.chains", 25, "how many chains of edits to run")
)

// TestChains applies chains of 20 random edits to a filled database. What must survive survives; the tables equal those
// of a fresh build of the last document; the files replay to the same on another machine; and the way down leads
// through the same tables back.
func TestChains(t *testing.T) {
	seeds := []uint64{*chainSeed}
	if *chainSeed == 0 {
		seeds = nil
		for i := range *chains { // the same ones every time: more of them, or one by its seed, by the flags
			seeds = append(seeds, uint64(i)+1)
		}
	}
	for _, seed := range seeds {
		t.Run("seed "+itoa(int(seed)), func(t *testing.T) {
			t.Parallel()
			runChain(t, seed)
		})
	}
}

func runChain(t *testing.T, seed uint64) {
	ctx := context.Background()
	c := &chain{t: t, r: rand.New(rand.NewPCG(seed, seed)), engine: dbtest.Open(t), doc: &chainDoc{}}
	c.runner = &Runner{Engine: c.engine, Dir: fastDir(t)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("replay with -migrate.seed=%d\n%s", seed, strings.Join(c.edits, "\n"))
		}
	})
	for range 3 {
		c.doc.collections = append(c.doc.collections, &chainColl{id: "c_" + c.id(), name: "start" + itoa(c.ids), uuid: c.r.IntN(3) == 0})
	}
	for _, col := range c.doc.collections {
		for range 3 {
			col.fields = append(col.fields, c.newField(c.doc))
		}
	}
	s, problems := schema.Parse(c.doc.json())
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.runner.Apply(ctx, s, Options{}); err != nil {
		t.Fatal(err)
	}
	c.schema = s
	c.fill()
	dumps := map[int]string{}
	note := func() {
		now, err := c.runner.Current(ctx)
		if err != nil {
			t.Fatal(err)
		}
		exclusive(t, c.engine, func(conn db.Conn) { dumps[now.Version] = dump(t, conn) })
	}
	note()
	for len(c.edits) < 20 {
		c.step()
		note()
	}
	c.compareFresh()
	c.compareReplay()
	c.walkDown(dumps)
}

// compareFresh builds the last document in an empty database.
func (c *chain) compareFresh() {
	fresh := dbtest.Open(c.t)
	exclusive(c.t, fresh, func(conn db.Conn) {
		if err := conn.Script(script(CreateAll(c.schema, dbtest.Dialect()))); err != nil {
			c.t.Fatal(err)
		}
	})
	c.sameTables("a fresh build", fresh)
}

// compareReplay runs the files on another machine.
func (c *chain) compareReplay() {
	other := dbtest.Open(c.t)
	r := &Runner{Engine: other, Dir: c.runner.Dir}
	if _, err := r.Up(context.Background()); err != nil {
		c.t.Fatal(err)
	}
	c.sameTables("a replay", other)
	if dbtest.Postgres() {
		c.replayOnSQLite()
	}
}

// replayOnSQLite runs the files that were written for the other engine.
func (c *chain) replayOnSQLite() {
	lite := openSQLite(c.t)
	r := &Runner{Engine: lite, Dir: c.runner.Dir}
	if _, err := r.Up(context.Background()); err != nil {
		c.t.Fatal(err)
	}
	if found, err := r.Drift(context.Background()); err != nil || found != nil {
		c.t.Fatalf("a replay on SQLite differs: %v, %v", found, err)
	}
}

func openSQLite(t testing.TB) db.Engine {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "lite.db"), sqlite.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func (c *chain) sameTables(what string, other db.Engine) {
	c.t.Helper()
	var want, got string
	exclusive(c.t, other, func(conn db.Conn) { want = dump(c.t, conn) })
	exclusive(c.t, c.engine, func(conn db.Conn) { got = dump(c.t, conn) })
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Fatalf("tables differ from %s:\n%s", what, diff)
	}
}

// empty deletes every record.
func (c *chain) empty() {
	exclusive(c.t, c.engine, func(conn db.Conn) {
		s, err := currentSchema(conn)
		if err != nil {
			c.t.Fatal(err)
		}
		d := dbtest.Dialect()
		sql := []string{d.BeginWrite(), d.DeferForeignKeys()}
		for _, t := range tables(s) {
			sql = append(sql, "DELETE FROM "+sqlb.Quote(t.name))
		}
		if err := conn.Script(script(append(sql, "COMMIT"))); err != nil {
			c.t.Fatal(err)
		}
	})
}

// walkDown undoes version after version.
func (c *chain) walkDown(dumps map[int]string) {
	ctx := context.Background()
	for {
		done, err := c.runner.Down(ctx, 1, Consent{All: true})
		var problem *ProblemError
		if errors.As(err, &problem) { // what was written since does not fit the tables of old
			c.empty()
			continue
		}
		if err != nil {
			c.t.Fatal(err)
		}
		now, err := c.runner.Current(ctx)
		if err != nil {
			c.t.Fatal(err)
		}
		if now.Version == 0 {
			return
		}
		exclusive(c.t, c.engine, func(conn db.Conn) {
			if diff := cmp.Diff(dumps[now.Version], dump(c.t, conn)); diff != "" {
				c.t.Fatalf("after undoing %v:\n%s", done, diff)
			}
		})
	}
}
