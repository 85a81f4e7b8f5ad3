package sqlb

// Feed returns the statement that reads the change log in the order of commits: columns of the rows after transaction
// $1 (as text) and number $2, at most $3. Their first two columns are those places. On PostgreSQL transactions get
// their numbers before they commit and commit in another order, so rows count only once no transaction below theirs is
// under way.
func (d Dialect) Feed(columns string) string {
	if d == SQLite {
		return "SELECT " + d.FeedPlace() + ", " + columns + " FROM couplet_changes WHERE $1 <> '' AND seq > $2 ORDER BY seq LIMIT $3"
	}
	return "SELECT " + d.FeedPlace() + ", " + columns + " FROM couplet_changes WHERE (xid, seq) > (CAST($1 AS xid8), $2)" +
		" AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, seq LIMIT $3"
}

// FeedEnd returns the statement that gives the last place of the feed as it is now, in the columns of Feed; no row where
// the feed is empty.
func (d Dialect) FeedEnd() string {
	if d == SQLite {
		return "SELECT " + d.FeedPlace() + ", changeset FROM couplet_changes ORDER BY seq DESC LIMIT 1"
	}
	return "SELECT " + d.FeedPlace() + ", changeset FROM couplet_changes" +
		" WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid DESC, seq DESC LIMIT 1"
}

// FeedHeldBack returns the statement that counts the rows that are committed and not in the feed yet, with the time of
// the first in microseconds, and tells who holds them back: process id, application, state, seconds since it began.
// "" where nothing can.
func (d Dialect) FeedHeldBack() string {
	if d == SQLite {
		return ""
	}
	return "SELECT held.n, held.since, a.pid, a.application_name, a.state, CAST(extract(epoch FROM clock_timestamp() - a.xact_start) AS bigint)" +
		" FROM (SELECT count(*) AS n, min(at) AS since FROM couplet_changes WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())) AS held" +
		" LEFT JOIN LATERAL (SELECT * FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY age(backend_xid) DESC LIMIT 1) AS a ON held.n > 0"
}

// FeedPlace is the place of a row of the change log in the feed: transaction and number.
func (d Dialect) FeedPlace() string {
	if d == SQLite {
		return "0, seq"
	}
	return "CAST(CAST(xid AS text) AS bigint), seq"
}

// FeedSince returns the statement that reads every row of the change log that can be seen after transaction $1 (as text)
// and number $2, at most $3, in the columns of Feed: those of transactions that are not in the feed yet as well.
func (d Dialect) FeedSince(columns string) string {
	if d == SQLite {
		return d.Feed(columns)
	}
	return "SELECT " + d.FeedPlace() + ", " + columns + " FROM couplet_changes WHERE (xid, seq) > (CAST($1 AS xid8), $2) ORDER BY xid, seq LIMIT $3"
}

// FeedBeyond returns the statement that gives the transactions whose rows can be seen and are not in the feed yet; ""
// where there are none.
func (d Dialect) FeedBeyond() string {
	if d == SQLite {
		return ""
	}
	return "SELECT DISTINCT CAST(CAST(xid AS text) AS bigint) FROM couplet_changes WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()) ORDER BY 1"
}
