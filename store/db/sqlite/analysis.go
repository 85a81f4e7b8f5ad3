package sqlite

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// sample is how many rows of an index its statistics are taken from.
const sample = 400

// takeStatistics takes the statistics of tables, on the writer. Histograms (sqlite_stat4) are thrown away: with them
// SQLite plans a statement anew for every value that is bound. Readers only look at new statistics when the schema has
// changed, so a table comes and goes.
func takeStatistics(c db.Conn, tables []string) error {
	if err := c.Script(fmt.Sprintf("PRAGMA analysis_limit = %d; BEGIN IMMEDIATE", sample)); err != nil {
		return err
	}
	for _, name := range tables {
		if err := c.Script("ANALYZE main." + sqlb.Quote(name)); err != nil {
			return err
		}
		if err := correct(c, name); err != nil {
			return err
		}
	}
	return c.Script(`DELETE FROM sqlite_stat4;
CREATE TABLE couplet_statistics (n INTEGER);
DROP TABLE couplet_statistics;
COMMIT;
ANALYZE sqlite_schema`)
}

// indexStatistics is a row of sqlite_stat1: "8000 401 3" are the rows of the table, and how many of them share one
// value of the index's first column, of its first two.
type indexStatistics struct{ index, column, stat string }

// correct mends the statistics of the indexes whose first column has few values. A value is never found in more rows
// than the sample has, so of a large table every value seems to be rare, and every OR worth looking up.
func correct(c db.Conn, table string) error {
	var all []indexStatistics
	err := c.Query("SELECT s.idx, i.name, s.stat FROM sqlite_stat1 AS s JOIN pragma_index_info(s.idx) AS i ON i.seqno = 0"+
		" WHERE s.tbl = $1 AND i.name IS NOT NULL", []sqlb.Arg{sqlb.T(table)}, func(r db.Row) error {
		all = append(all, indexStatistics{r.Text(0), r.Text(1), r.Text(2)})
		return nil
	})
	for _, s := range all {
		if err != nil {
			return err
		}
		err = s.correct(c, table)
	}
	return err
}

func (s indexStatistics) correct(c db.Conn, table string) error {
	numbers := strings.Fields(s.stat)
	if len(numbers) < 2 {
		return nil
	}
	rows, err := strconv.ParseInt(numbers[0], 10, 64)
	share, failed := strconv.ParseInt(numbers[1], 10, 64)
	if err := errors.Join(err, failed); err != nil || share < sample {
		return err
	}
	n, err := s.values(c, table)
	if err != nil || n > sample {
		return err
	}
	numbers[1] = fmt.Sprint(max(share, rows/max(n, 1)))
	_, err = c.Exec("UPDATE sqlite_stat1 SET stat = $1 WHERE tbl = $2 AND idx = $3", sqlb.T(strings.Join(numbers, " ")), sqlb.T(table), sqlb.T(s.index))
	return err
}

// values counts the values of the index's first column, at most one more than the sample has: each is one look into the
// index. An index that does not serve that, such as a partial one, has more.
func (s indexStatistics) values(c db.Conn, table string) (n int64, err error) {
	next := fmt.Sprintf("SELECT min(%[1]s) FROM main.%[2]s INDEXED BY %[3]s", sqlb.Quote(s.column), sqlb.Quote(table), sqlb.Quote(s.index))
	sql := fmt.Sprintf("WITH RECURSIVE v (x) AS (%s UNION ALL SELECT (%s WHERE %s > v.x) FROM v WHERE v.x IS NOT NULL LIMIT %d) SELECT count(x) FROM v",
		next, next, sqlb.Quote(s.column), sample+2)
	err = c.Query(sql, nil, func(r db.Row) error {
		n = r.Int(0)
		return nil
	})
	if err != nil && strings.Contains(err.Error(), "no query solution") {
		return sample + 1, nil
	}
	return n, err
}
