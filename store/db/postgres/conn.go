package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// idle is pgconn's transaction status outside any transaction.
const idle = 'I'

// endTime is how long a transaction may take to end once nobody waits for it any more.
const endTime = 10 * time.Second

// scriptTime is the same for a transaction that whoever has the connection alone began, such as a migration.
const scriptTime = 10 * time.Minute

// conn is one connection. The statement that begins a transaction travels with the first one in it, so that a read of
// one record takes two round trips.
type conn struct {
	pg         *pgconn.PgConn
	ctx        context.Context
	statements *statements // nil behind a pooler that gives the connection to somebody else after each transaction
	settings   string      // sent after opening, where they cannot belong to the session
	reading    bool        // the transaction cannot write
	opening    string      // begins a transaction, not sent yet
	opened     string      // how the transaction under way was begun, until its first statement has succeeded
	stale      func()      // forgets the plans of all connections
	decider    *decider
	xid        string // of the transaction under way, where its beginning told
}

// connOf returns the conn that openPool made for a connection.
func connOf(pg *pgconn.PgConn) *conn { return pg.CustomData()[connKey].(*conn) }

const connKey = "couplet"

// begin makes the next statement begin a transaction, or stand alone where opening is "".
func (c *conn) begin(ctx context.Context, opening string) {
	c.ctx, c.opening, c.opened, c.reading, c.xid = ctx, opening, "", opening == beginRead, ""
}

var errUndone = errors.New("postgres: the transaction was undone")

// end ends the transaction, where one has begun.
func (c *conn) end(how string) error {
	if c.opening != "" {
		c.opening = ""
		return nil
	}
	if how == commitWrite {
		return c.commit()
	}
	ctx, cancel := context.WithTimeout(context.Background(), endTime)
	defer cancel()
	_, err := c.finish(ctx, how)
	return err
}

// commit commits the transaction. Where the connection breaks meanwhile it finds out what became of it.
func (c *conn) commit() error {
	limit, xid := endTime, c.xid
	if xid == "" { // one that was not begun here, such as a migration
		limit = scriptTime
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if xid == "" {
		answer := c.pg.ExecParams(ctx, "SELECT pg_current_xact_id_if_assigned()", nil, nil, nil, nil).Read()
		if c.pg.IsClosed() {
			return wrap(answer.Err)
		}
		if len(answer.Rows) > 0 { // none where a statement of the transaction has failed
			xid = string(answer.Rows[0][0])
		}
	}
	lost, err := c.finish(ctx, commitWrite)
	if lost && xid != "" { // without a number it has written nothing
		return c.decider.decide(xid, err)
	}
	return err
}

// finish sends what ends a transaction; lost says that the connection broke.
func (c *conn) finish(ctx context.Context, how string) (lost bool, err error) {
	results, err := c.pg.Exec(ctx, how).ReadAll()
	if err != nil {
		return c.pg.IsClosed(), wrap(err)
	}
	if tag := results[0].CommandTag.String(); tag != how { // COMMIT of a transaction that a statement has failed in
		return false, errUndone
	}
	return false, nil
}

// Dialect tells whoever builds statements for this connection which engine it belongs to.
func (c *conn) Dialect() sqlb.Dialect { return sqlb.PostgreSQL }

// Exec implements db.Conn.
func (c *conn) Exec(sql string, args ...sqlb.Arg) (int64, error) {
	if sql == commitWrite {
		return 0, c.end(commitWrite)
	}
	_, n, err := c.run(sql, args, false)
	return n, err
}

// Query implements db.Conn.
func (c *conn) Query(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	r, _, err := c.run(sql, args, false)
	if err != nil {
		return err
	}
	return r.each(each)
}

// Attempt implements db.Conn with a savepoint around the statement.
func (c *conn) Attempt(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	r, _, err := c.run(sql, args, true)
	if err != nil {
		return err
	}
	return r.each(each)
}

// Script implements db.Conn.
func (c *conn) Script(sql string) error {
	if c.opening != "" {
		sql, c.opening = c.opening+";\n"+c.settings+";\n"+sql, ""
	}
	if _, err := c.pg.Exec(c.ctx, sql).ReadAll(); err != nil {
		return fmt.Errorf("%w in %q", wrap(err), clip(sql))
	}
	return nil
}

// run sends one statement, with what must be done before it, and reads all its rows.
func (c *conn) run(sql string, args []sqlb.Arg, attempt bool) (*rows, int64, error) {
	r, n, err := c.send(sql, args, attempt)
	if err == nil {
		c.opened = ""
		return r, n, nil
	}
	if isStale(err) {
		c.stale()
		alone, again := c.pg.TxStatus() == idle, c.opened
		if alone || again != "" && c.end("ROLLBACK") == nil { // nothing of this transaction has been seen yet
			c.statements.forget(c.pg)
			c.begin(c.ctx, again)
			r, n, err = c.send(sql, args, attempt)
		}
	}
	c.opened = ""
	if err != nil {
		err = fmt.Errorf("%w in %q", wrap(err), clip(sql))
	}
	return r, n, err
}

// send is run without a second try.
func (c *conn) send(sql string, args []sqlb.Arg, attempt bool) (*rows, int64, error) {
	b := &pgconn.Batch{}
	at := 0
	before := func(sql string) {
		b.ExecParams(sql, nil, nil, nil, nil)
		at++
	}
	values, oids := make([][]byte, len(args)), make([]uint32, len(args))
	for i, a := range args {
		values[i], oids[i] = encode(a, c.reading), oidOf(a.Type)
	}
	numbered := -1 // where the transaction's number is told
	if c.opening != "" {
		before(c.opening)
		if c.settings != "" {
			before(c.settings)
		}
		if c.opening == beginWrite {
			numbered = at
			before("SELECT pg_current_xact_id()")
		}
	}
	if attempt {
		before("SAVEPOINT attempt")
	}
	if err := c.statements.add(c.ctx, c.pg, b, sql, values, oids); err != nil {
		return nil, 0, err
	}
	if attempt {
		b.ExecParams("RELEASE SAVEPOINT attempt", nil, nil, nil, nil)
	}
	if c.opening != "" {
		c.opening, c.opened = "", c.opening
	}
	r, number, n, err := receive(c.pg.ExecBatch(c.ctx, b), at, numbered)
	c.xid += number
	if err != nil && attempt {
		_, undo := c.pg.Exec(c.ctx, "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt").ReadAll()
		err = errors.Join(err, undo)
	}
	return r, n, err
}

// receive reads the results of a batch, of which one counts, and another may tell the transaction's number.
func receive(results *pgconn.MultiResultReader, at, numbered int) (r *rows, number string, n int64, err error) {
	r = &rows{}
	for i := 0; results.NextResult(); i++ {
		reader := results.ResultReader()
		switch {
		case i == at:
			r.read(reader)
		case i == numbered && reader.NextRow():
			number = string(reader.Values()[0])
		}
		tag, err := reader.Close()
		if err == nil && i == at {
			n = tag.RowsAffected()
		}
	}
	return r, number, n, results.Close()
}

func clip(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}
