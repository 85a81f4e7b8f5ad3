package postgres

import (
	"container/list"
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// maxStatements is how many prepared statements a connection keeps, the least recently used dropped first.
const maxStatements = 200

// statements are the prepared statements of a connection. A nil *statements prepares none: each statement is parsed
// where it runs.
type statements struct {
	byKey map[string]*list.Element
	used  *list.List // of *statement, most recent first
	made  int
}

type statement struct {
	key         string
	description *pgconn.StatementDescription
}

func newStatements() *statements {
	return &statements{byKey: map[string]*list.Element{}, used: list.New()}
}

// add adds a statement to a batch.
func (s *statements) add(ctx context.Context, pg *pgconn.PgConn, b *pgconn.Batch, sql string, values [][]byte, oids []uint32) error {
	if s == nil {
		b.ExecParams(sql, values, oids, nil, nil)
		return nil
	}
	d, err := s.get(ctx, pg, sql, oids)
	if err != nil {
		return err
	}
	b.ExecStatement(d, values, nil, nil)
	return nil
}

func (s *statements) get(ctx context.Context, pg *pgconn.PgConn, sql string, oids []uint32) (*pgconn.StatementDescription, error) {
	key := statementKey(sql, oids)
	if e, ok := s.byKey[key]; ok {
		s.used.MoveToFront(e)
		return e.Value.(*statement).description, nil
	}
	for len(s.byKey) >= maxStatements {
		last := s.used.Remove(s.used.Back()).(*statement)
		delete(s.byKey, last.key)
		if err := pg.Deallocate(ctx, last.description.Name); err != nil {
			return nil, err
		}
	}
	s.made++
	d, err := pg.Prepare(ctx, "couplet_"+strconv.Itoa(s.made), sql, oids)
	if err != nil {
		return nil, err
	}
	s.byKey[key] = s.used.PushFront(&statement{key, d})
	return d, nil
}

// statementKey is a statement with the types of its parameters: the same text may be sent with others.
func statementKey(sql string, oids []uint32) string {
	b := make([]byte, 0, len(sql)+4*len(oids))
	b = append(b, sql...)
	for _, oid := range oids {
		b = append(b, byte(oid>>24), byte(oid>>16), byte(oid>>8), byte(oid))
	}
	return string(b)
}

// forget drops every statement, outside a transaction.
func (s *statements) forget(pg *pgconn.PgConn) {
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), endTime)
	defer cancel()
	_, _ = pg.Exec(ctx, "DEALLOCATE ALL").ReadAll() // a connection that fails here fails the next statement
	s.byKey, s.used = map[string]*list.Element{}, list.New()
}

// isStale reports whether a statement failed because it was prepared for tables that have changed, or is gone.
func isStale(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "0A000" || pg.Code == "26000")
}
