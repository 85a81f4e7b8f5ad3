package sqlite

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
)

const notes = `CREATE TABLE %[1]s (id INTEGER PRIMARY KEY, status TEXT, owner INTEGER, body TEXT);
	CREATE INDEX %[1]s_status ON %[1]s (status); CREATE INDEX %[1]s_owner ON %[1]s (owner)`

// exclusively runs a script on the writer, and waits for what that sets off.
func exclusively(t *testing.T, e *Engine, format string, args ...any) {
	t.Helper()
	if err := e.Exclusive(t.Context(), func(c db.Conn) error { return c.Script(fmt.Sprintf(format, args...)) }); err != nil {
		t.Fatal(err)
	}
	e.background.Wait()
}

// fill adds rows to a table of notes, two thirds of which are published.
func fill(t *testing.T, e *Engine, table string, rows int) {
	t.Helper()
	exclusively(t, e, `INSERT INTO %s (status, owner, body) WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < %d)
		SELECT CASE WHEN i %% 3 THEN 'published' ELSE 'draft' END, i %% 5, hex(zeroblob(100)) FROM r`, table, rows)
}

// planOf explains a list under a row rule. Its text is another one each time, so that it is planned each time.
func planOf(t *testing.T, e *Engine, table string) (text string) {
	t.Helper()
	sql := "SELECT * FROM " + table + " WHERE (status = 'published' OR owner = 7) ORDER BY id LIMIT 25"
	err := e.Read(t.Context(), func(c db.Conn) error {
		if err := c.Query(sql, nil, func(db.Row) error { return nil }); err != nil { // notices a new schema, which EXPLAIN does not
			return err
		}
		return c.Query("EXPLAIN QUERY PLAN "+sql+fmt.Sprint(" -- ", e.statistics.changes.Load()), nil, func(r db.Row) error {
			text += r.Text(3) + "; "
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// looksUp reports whether a plan looks up the branches of the OR, to sort afterwards all that it has found.
func looksUp(plan string) bool {
	return strings.Contains(plan, "MULTI-INDEX OR") && strings.Contains(plan, "TEMP B-TREE")
}

// An OR of which one branch is met by most rows is not looked up branch by branch, however few rows there are.
func TestStatisticsSteerThePlanner(t *testing.T) {
	for _, rows := range []int{firstLook, 300, 1000, 5000, 20_000} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			e := open(t)
			exclusively(t, e, notes, "n")
			if plan := planOf(t, e, "n"); !looksUp(plan) {
				t.Fatalf("without statistics the plan is %q: the test shows nothing", plan)
			}
			fill(t, e, "n", rows)
			if plan := planOf(t, e, "n"); looksUp(plan) {
				t.Errorf("with %d rows the plan is %q", rows, plan)
			}
		})
	}
}

// A table that is filled when another one has long been large does not wait until that has grown again.
func TestStatisticsOfALateTable(t *testing.T) {
	e := open(t)
	exclusively(t, e, notes, "early")
	exclusively(t, e, notes, "late")
	fill(t, e, "early", 20_000)
	for range lastLook {
		if err := e.Write(t.Context(), func(c db.Conn) error {
			_, err := c.Exec("INSERT INTO late (status) VALUES ('published')")
			return err
		}, nil); err != nil {
			t.Fatal(err)
		}
	}
	e.background.Wait()
	if plan := planOf(t, e, "late"); looksUp(plan) {
		t.Errorf("with %d rows the plan is %q", lastLook, plan)
	}
}

// Statistics are taken when a table has grown, not with every look, and hold no histograms. A table without row ids is
// passed over.
func TestStatisticsGrow(t *testing.T) {
	e := open(t)
	exclusively(t, e, notes, "n")
	exclusively(t, e, "CREATE TABLE w (id TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES ('a')")
	number := func(sql string) (n int64) {
		t.Helper()
		err := e.Read(t.Context(), func(c db.Conn) error {
			return c.Query(sql, nil, func(r db.Row) error { n = r.Int(0); return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const rows, schema = "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'n'", "PRAGMA schema_version"
	for _, test := range []struct {
		add, known int64
		taken      bool
	}{{100, 100, true}, {250, 100, false}, {300, 650, true}, {1000, 650, false}, {2000, 3650, true}} {
		before := number(schema)
		fill(t, e, "n", int(test.add))
		if got := number(rows); got != test.known {
			t.Errorf("after %d more rows the statistics are of %d, want %d", test.add, got, test.known)
		}
		if taken := number(schema) != before; taken != test.taken { // each time every statement is planned again
			t.Errorf("after %d more rows statistics are taken: %t, want %t", test.add, taken, test.taken)
		}
	}
	if n := number("SELECT COUNT(*) FROM sqlite_stat4"); n != 0 {
		t.Errorf("%d histogram samples are kept", n)
	}
}

// A column with few values is known to have few, in a table of any size and whatever its index is like; one with many is
// still looked up.
func TestStatisticsOfFewValues(t *testing.T) {
	e := open(t)
	exclusively(t, e, `CREATE TABLE n (id INTEGER PRIMARY KEY, status TEXT, views INTEGER, owner INTEGER, hollow TEXT, slug TEXT);
		CREATE INDEX n_status ON n (status, views); CREATE INDEX n_owner ON n (owner); CREATE INDEX n_hollow ON n (hollow);
		CREATE INDEX n_part ON n (status) WHERE views < 900; CREATE INDEX n_expr ON n (lower(status)); CREATE UNIQUE INDEX n_slug ON n (slug)`)
	exclusively(t, e, `INSERT INTO n (status, views, owner, slug) WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 20000)
		SELECT CASE WHEN i %% 3 THEN 'published' ELSE 'draft' END, i %% 1000, i %% 2000, 's' || i FROM r`)
	got := map[string]string{}
	err := e.Read(t.Context(), func(c db.Conn) error {
		return c.Query("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'n'", nil, func(r db.Row) error {
			got[r.Text(0)] = strings.Join(strings.Fields(r.Text(1))[1:], " ")
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for index, want := range map[string]string{"n_owner": "10", "n_slug": "1"} {
		if got[index] != want {
			t.Errorf("%s has %q, want %q", index, got[index], want)
		}
	}
	for index, least := range map[string]int{"n_status": 6_000, "n_hollow": 15_000} {
		if n, err := strconv.Atoi(strings.Fields(got[index])[0]); err != nil || n < least {
			t.Errorf("%s has %q, want at least %d", index, got[index], least)
		}
	}
}
