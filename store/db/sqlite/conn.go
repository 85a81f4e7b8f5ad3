package sqlite

import (
	"container/list"
	"fmt"
	"net/url"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// statements is how many prepared statements a connection keeps.
const statements = 128

// conn is one connection with its prepared statements, the least recently used dropped first.
type conn struct {
	sqlite   *sqlite.Conn
	prepared map[string]*list.Element
	used     *list.List // of *statement, most recent first
	guard    *guard     // nil on connections that are never interrupted
}

type statement struct {
	sql  string
	stmt *sqlite.Stmt
	busy bool
}

func openConn(path string) (*conn, error) {
	return openWith(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
}

// openReader opens a connection that shares the file's pages in memory with all others.
func openReader(path string) (*conn, error) {
	vfs := registerVFS()
	if vfs == "" {
		return openConn(path)
	}
	return openWith("file:"+(&url.URL{Path: path}).EscapedPath()+"?vfs="+vfs, sqlite.OpenReadWrite|sqlite.OpenCreate|sqlite.OpenURI)
}

func openWith(name string, flags sqlite.OpenFlags) (*conn, error) {
	s, err := sqlite.OpenConn(name, flags)
	if err != nil {
		return nil, wrap(err)
	}
	s.SetBusyTimeout(10 * time.Second)
	if err := registerFunctions(s); err != nil {
		return nil, err
	}
	return &conn{sqlite: s, prepared: map[string]*list.Element{}, used: list.New()}, nil
}

func (c *conn) close() error {
	for e := c.used.Front(); e != nil; e = e.Next() {
		_ = e.Value.(*statement).stmt.Finalize()
	}
	return wrap(c.sqlite.Close())
}

// statement returns a prepared statement for the text; a nested use of the same text gets one of its own.
func (c *conn) statement(sql string) (*statement, error) {
	if e, ok := c.prepared[sql]; ok && !e.Value.(*statement).busy {
		c.used.MoveToFront(e)
		s := e.Value.(*statement)
		s.busy = true
		return s, nil
	}
	stmt, trailing, err := c.sqlite.PrepareTransient(sql)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", wrap(err), clip(sql))
	}
	if trailing > 0 && strings.TrimSpace(sql[len(sql)-trailing:]) != "" {
		_ = stmt.Finalize()
		return nil, fmt.Errorf("sqlite: more than one statement in %q", clip(sql))
	}
	s := &statement{sql: sql, stmt: stmt, busy: true}
	if _, ok := c.prepared[sql]; !ok {
		c.prepared[sql] = c.used.PushFront(s)
		c.trim()
	}
	return s, nil
}

func (c *conn) trim() {
	for e := c.used.Back(); e != nil && c.used.Len() > statements; {
		s, prev := e.Value.(*statement), e.Prev()
		if !s.busy {
			delete(c.prepared, s.sql)
			c.used.Remove(e)
			_ = s.stmt.Finalize()
		}
		e = prev
	}
}

// release gives a statement back; one that is not in the cache is finalized.
func (c *conn) release(s *statement) {
	s.busy = false
	if e, ok := c.prepared[s.sql]; !ok || e.Value.(*statement) != s {
		_ = s.stmt.Finalize()
		return
	}
	_ = s.stmt.Reset()
}

// flush drops every prepared statement: after a change of the tables.
func (c *conn) flush() {
	for e := c.used.Front(); e != nil; {
		s, next := e.Value.(*statement), e.Next()
		if !s.busy {
			delete(c.prepared, s.sql)
			c.used.Remove(e)
			_ = s.stmt.Finalize()
		}
		e = next
	}
}

func bind(s *sqlite.Stmt, args []sqlb.Arg) {
	for i, a := range args {
		switch a.Value.Class() {
		case value.ClassNull:
			s.BindNull(i + 1)
		case value.ClassInt:
			s.BindInt64(i+1, a.Value.Int())
		case value.ClassFloat:
			s.BindFloat(i+1, a.Value.Float())
		case value.ClassText:
			s.BindText(i+1, a.Value.Text())
		}
	}
}

// Exec implements db.Conn.
func (c *conn) Exec(sql string, args ...sqlb.Arg) (int64, error) {
	s, err := c.statement(sql)
	if err != nil {
		return 0, err
	}
	defer c.release(s)
	bind(s.stmt, args)
	for {
		more, err := s.stmt.Step()
		if err != nil {
			return 0, wrap(err)
		}
		if !more {
			return int64(c.sqlite.Changes()), nil
		}
	}
}

// Query implements db.Conn.
func (c *conn) Query(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	s, err := c.statement(sql)
	if err != nil {
		return err
	}
	defer c.release(s)
	bind(s.stmt, args)
	r := row{s.stmt}
	for {
		more, err := s.stmt.Step()
		if err != nil {
			return wrap(err)
		}
		if !more {
			return nil
		}
		if err := each(r); err != nil {
			return err
		}
	}
}

// Attempt implements db.Conn: SQLite undoes a failed statement by itself.
func (c *conn) Attempt(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	return c.Query(sql, args, each)
}

// Script implements db.Conn.
func (c *conn) Script(sql string) error {
	c.flush()
	for {
		sql = strings.TrimSpace(sql)
		if sql == "" {
			return nil
		}
		stmt, trailing, err := c.sqlite.PrepareTransient(sql)
		if err != nil {
			return fmt.Errorf("%w in %q", wrap(err), clip(sql))
		}
		for more := stmt != nil; more && err == nil; {
			more, err = stmt.Step()
		}
		if stmt != nil {
			_ = stmt.Finalize()
		}
		if err != nil {
			return fmt.Errorf("%w in %q", wrap(err), clip(sql))
		}
		sql = sql[len(sql)-trailing:]
	}
}

func clip(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// row reads the current row of a statement.
type row struct{ stmt *sqlite.Stmt }

func (r row) Value(i int, _ value.Type) value.Value {
	switch r.stmt.ColumnType(i) {
	case sqlite.TypeInteger:
		return value.Int(r.stmt.ColumnInt64(i))
	case sqlite.TypeFloat:
		return value.Float(r.stmt.ColumnFloat(i))
	case sqlite.TypeText, sqlite.TypeBlob:
		return value.Text(r.stmt.ColumnText(i))
	}
	return value.Null
}

func (r row) Int(i int) int64   { return r.stmt.ColumnInt64(i) }
func (r row) Text(i int) string { return r.stmt.ColumnText(i) }
func (r row) IsNull(i int) bool { return r.stmt.ColumnIsNull(i) }

// Dialect tells whoever builds statements for this connection which engine it belongs to.
func (c *conn) Dialect() sqlb.Dialect { return sqlb.SQLite }
