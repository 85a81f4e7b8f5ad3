// Package postgres is the engine for when one machine is no longer enough: PostgreSQL 13 or newer through pgx and its
// pool. Values travel as texts with the type of their column, in both directions, so that they come out in the form
// in which store/value keeps them. Reads see one snapshot each; writes run side by side, each a transaction that is
// run again where another one made it fail. It works behind PgBouncer in transaction mode. It may import store/db and
// below.
package postgres
