package sqlb

// BeginWrite begins a transaction that will write.
func (d Dialect) BeginWrite() string {
	if d == PostgreSQL {
		return "BEGIN"
	}
	return "BEGIN IMMEDIATE"
}

// DeferForeignKeys puts the check of foreign keys off until the transaction under way ends.
func (d Dialect) DeferForeignKeys() string {
	if d == PostgreSQL {
		return "SET CONSTRAINTS ALL DEFERRED"
	}
	return "PRAGMA defer_foreign_keys = ON"
}

// EnforceForeignKeys ends DeferForeignKeys before the transaction does. SQLite then forgets what was put off: the caller
// has made sure that nothing is missing.
func (d Dialect) EnforceForeignKeys() string {
	if d == PostgreSQL {
		return "SET CONSTRAINTS ALL IMMEDIATE"
	}
	return "PRAGMA defer_foreign_keys = OFF"
}

// RestartKeys makes the automatic keys of an empty table begin at 1 again.
func (d Dialect) RestartKeys(exec func(sql string, args ...Arg) (int64, error), table string) error {
	sql := "DELETE FROM sqlite_sequence WHERE name = $1"
	if d == PostgreSQL {
		sql = "SELECT setval(s, 1, false) FROM pg_get_serial_sequence($1, 'id') AS s WHERE s IS NOT NULL"
	}
	_, err := exec(sql, T(table))
	return err
}
