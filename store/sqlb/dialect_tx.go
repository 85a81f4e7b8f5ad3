package sqlb

// BeginWrite is the script that begins a transaction that will write, alone and for as long as it takes.
func (d Dialect) BeginWrite() string {
	if d == PostgreSQL {
		return "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
	}
	return "BEGIN IMMEDIATE"
}

// ForUpdate completes a SELECT of records that the transaction will change. SQLite has one writer.
func (d Dialect) ForUpdate() string {
	if d == PostgreSQL {
		return " FOR UPDATE"
	}
	return ""
}

// WaitForTurn makes a transaction wait until others that waited in the same way have ended; "" where writes follow one
// another anyway.
func (d Dialect) WaitForTurn() string {
	if d == PostgreSQL {
		return "SELECT pg_advisory_xact_lock(1131377014, hashtext(current_schema()))"
	}
	return ""
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
	sql, name := "DELETE FROM sqlite_sequence WHERE name = $1", table
	if d == PostgreSQL {
		sql, name = "SELECT setval(s, 1, false)"+sequences, Quote(table)
	}
	_, err := exec(sql, T(name))
	return err
}

// sequences gives s for each automatic column of the table $1.
const sequences = " FROM pg_attribute, LATERAL pg_get_serial_sequence($1, attname) AS s" +
	" WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND s IS NOT NULL"

// LastKey returns the statement that tells the last automatic key that a table has given out; no row for none.
func (d Dialect) LastKey(table string) (string, Arg) {
	if d == SQLite {
		return "SELECT seq FROM sqlite_sequence WHERE name = $1", T(table)
	}
	return "SELECT pg_sequence_last_value(s::regclass)" + sequences + " AND pg_sequence_last_value(s::regclass) IS NOT NULL", T(Quote(table))
}

// SetLastKey makes the automatic keys of a table go on after one.
func (d Dialect) SetLastKey(exec func(sql string, args ...Arg) (int64, error), table string, last int64) error {
	if d == PostgreSQL {
		_, err := exec("SELECT setval(s, $2)"+sequences, T(Quote(table)), I(last))
		return err
	}
	if err := d.RestartKeys(exec, table); err != nil {
		return err
	}
	_, err := exec("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", T(table), I(last))
	return err
}

// KeyGiven is the statement that makes automatic keys of the table $1 go on after the key $2, which was not one of them;
// "" where they do so anyway.
func (d Dialect) KeyGiven() string {
	if d != PostgreSQL {
		return ""
	}
	return "SELECT setval(s, $2)" + sequences + " AND coalesce(pg_sequence_last_value(s::regclass), 0) < $2"
}
