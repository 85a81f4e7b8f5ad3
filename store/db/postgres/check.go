package postgres

import (
	"context"

	"github.com/couplet/couplet/store/db"
)

// checks are statements whose rows are what is wrong, in a sentence each. What is on disk the server itself looks over.
var checks = []string{
	`SELECT 'the index ' || c.relname || ' is not valid: make it anew with REINDEX' FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
	 WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace ORDER BY 1 LIMIT 100`,
	`SELECT 'the constraint ' || conname || ' of ' || conrelid::regclass || ' was not checked against all rows' FROM pg_constraint
	 WHERE NOT convalidated AND connamespace = current_schema()::regnamespace ORDER BY 1 LIMIT 100`,
	`SELECT 'the server has found ' || checksum_failures || ' damaged pages' FROM pg_stat_database
	 WHERE datname = current_database() AND checksum_failures > 0`,
}

// Check implements db.Engine.
func (e *Engine) Check(ctx context.Context) (wrong []string, err error) {
	err = e.Read(ctx, func(c db.Conn) error {
		for _, sql := range checks {
			if err := c.Query(sql, nil, func(r db.Row) error {
				wrong = append(wrong, r.Text(0))
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return wrong, err
}
