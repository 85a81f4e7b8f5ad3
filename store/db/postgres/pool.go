package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

// oldest is the oldest server that can be used, as server_version_num: it has xid8 and pg_current_snapshot.
const oldest = 130000

// settings hold for every session of ours. A client's own deadline ends its statements before; these end what was left
// behind, and idle_in_transaction_session_timeout what would hold back the feed of changes.
var settings = map[string]string{
	"statement_timeout":                   "60s",
	"lock_timeout":                        "10s",
	"idle_in_transaction_session_timeout": "60s",
	"IntervalStyle":                       "postgres",
	"extra_float_digits":                  "1",
	"jit":                                 "off", // compiling costs more than a page of records
}

// server is what the first connection tells of the database.
type server struct {
	pooled   bool // a pooler stands between, which lends its connections for one transaction each
	capacity int  // connections that it takes from us and others
}

func openPool(ctx context.Context, address string, o Options) (*pgxpool.Pool, *decider, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil { // its text repeats the address, with the password where it is not well formed
		return nil, nil, fmt.Errorf("%w: write it as postgres://user:password@host:5432/name", ErrURL)
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["datestyle"] = "ISO, YMD"
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "couplet"
	}
	config.ConnConfig.BuildContextWatcherHandler = func(pg *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: pg, DeadlineDelay: 5 * time.Second}
	}
	s, err := look(ctx, config.ConnConfig)
	if err != nil {
		return nil, nil, err
	}
	if o.Connections == 0 && !strings.Contains(address, "pool_max_conns") {
		o.Connections = poolSize(s.capacity)
	}
	if o.Connections > 0 {
		config.MaxConns = int32(o.Connections) //nolint:gosec // a number of connections
	}
	var pool *pgxpool.Pool
	decider := newDecider(config.ConnConfig)
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		made := &conn{pg: c.PgConn(), ctx: ctx, stale: func() { pool.Reset() }, decider: decider}
		c.PgConn().CustomData()[connKey] = made
		if s.pooled {
			made.settings = settingsSQL(true)
			return nil
		}
		made.statements = newStatements()
		return wrap(c.PgConn().ExecParams(ctx, settingsSQL(false), nil, nil, nil, nil).Read().Err)
	}
	pool, err = pgxpool.NewWithConfig(ctx, config)
	return pool, decider, err
}

// poolSize is the default number of connections: four for each core, at least eight, at most half of what the server
// takes.
func poolSize(capacity int) int {
	return max(2, min(max(8, 4*runtime.GOMAXPROCS(0)), capacity/2))
}

// settingsSQL makes the settings hold for a session or, local, until the transaction under way ends.
func settingsSQL(local bool) string {
	calls := make([]string, 0, len(settings))
	for name, text := range settings {
		calls = append(calls, "set_config('"+name+"', '"+text+"', "+strconv.FormatBool(local)+")")
	}
	return "SELECT " + strings.Join(calls, ", ")
}

// look connects once to see what stands at the other end.
func look(ctx context.Context, config *pgx.ConnConfig) (s server, err error) {
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return s, connectError(config, err)
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	answer := c.PgConn().ExecParams(ctx, "SELECT current_setting('server_version_num'), pg_encoding_to_char(encoding), pg_backend_pid(),"+
		" current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer, current_schema()"+
		" FROM pg_database WHERE datname = current_database()", nil, nil, nil, nil).Read()
	if answer.Err != nil {
		return s, wrap(answer.Err)
	}
	row := answer.Rows[0]
	version, _ := strconv.Atoi(string(row[0]))
	if version < oldest {
		return s, fmt.Errorf("%w: its server is older than PostgreSQL 13", ErrServer)
	}
	if encoding := string(row[1]); encoding != "UTF8" {
		return s, fmt.Errorf("%w: its encoding is %s; make one with ENCODING 'UTF8'", ErrServer, encoding)
	}
	if row[4] == nil { // where tables would be made, and what the guard is named after
		return s, fmt.Errorf("%w: its search_path names no schema that is there; make one with CREATE SCHEMA", ErrServer)
	}
	s.pooled = string(row[2]) != strconv.FormatUint(uint64(c.PgConn().PID()), 10)
	s.capacity, _ = strconv.Atoi(string(row[3]))
	return s, nil
}

// connectError says which database could not be reached, and why, without its password.
func connectError(config *pgx.ConnConfig, err error) error {
	at := (&url.URL{Scheme: "postgres", Host: config.Host + ":" + strconv.Itoa(int(config.Port)), Path: config.Database}).String()
	var pg *pgconn.PgError
	reason := "it does not answer; is the server running, and the address right?"
	if errors.As(err, &pg) {
		reason = pg.Message
	} else if inner := errors.Unwrap(err); inner != nil { // one line for each address that was tried
		first, _, _ := strings.Cut(inner.Error(), "\n")
		reason += " (" + first + ")"
	}
	return fmt.Errorf("%w: %s: %s", ErrServer, at, reason)
}
