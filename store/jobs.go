package store

import (
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// The states of a run of a job, and what it was begun by.
const (
	RunRunning   = "running"
	RunDone      = "done"
	RunFailed    = "failed"
	RunBrokenOff = "broken_off" // the process ended before it did

	CauseSchedule = "schedule"
	CauseMissed   = "missed" // made up for, since no server ran when it was due
	CauseAsked    = "asked"
)

// JobState is what is kept of a job beside its runs.
type JobState struct {
	Name    string
	Handled time.Time // the time up to which its schedule was kept
	Runner  string    // who holds the lease; "" nobody
	Lease   time.Time // until when
}

// JobRun is one run of a job.
type JobRun struct {
	ID      string // a version 7 UUID, so that ids order runs
	Job     string
	Task    string
	Cause   string
	State   string
	Runner  string
	Started time.Time
	Ended   time.Time // zero: it runs
	Message string
}

// SeeJob makes a job known. One with another schedule than before is kept from now on.
func SeeJob(c db.Conn, name, schedule string, now time.Time) error {
	_, err := c.Exec("INSERT INTO couplet_jobs (name, schedule, handled) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET "+
		"schedule = excluded.schedule, handled = excluded.handled WHERE couplet_jobs.schedule <> excluded.schedule",
		sqlb.T(name), sqlb.T(schedule), timeArg(now))
	return err
}

// JobStates returns what is kept of every job, by name.
func JobStates(c db.Conn) (map[string]*JobState, error) {
	all := map[string]*JobState{}
	err := c.Query("SELECT name, handled, runner, lease FROM couplet_jobs", nil, func(r db.Row) error {
		all[r.Text(0)] = &JobState{r.Text(0), rowTime(r, 1), r.Text(2), rowTime(r, 3)}
		return nil
	})
	return all, err
}

// BeginRun takes a job's lease and notes the run that holds it. It is false where somebody else has the lease. handled
// is the time up to which the schedule is kept with this run; zero: it has nothing to do with it.
func BeginRun(c db.Conn, run *JobRun, handled, until time.Time) (bool, error) {
	n, err := c.Exec("UPDATE couplet_jobs SET runner = $1, lease = $2, handled = coalesce($3, handled) WHERE name = $4 AND (runner IS NULL OR lease < $5)",
		sqlb.T(run.Runner), timeArg(until), timeArg(handled), sqlb.T(run.Job), timeArg(run.Started))
	if err != nil || n == 0 {
		return false, err
	}
	_, err = c.Exec("INSERT INTO couplet_job_runs (id, job, task, cause, state, runner, started, message) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		sqlb.T(run.ID), sqlb.T(run.Job), sqlb.T(run.Task), sqlb.T(run.Cause), sqlb.T(RunRunning), sqlb.T(run.Runner), timeArg(run.Started), sqlb.T(""))
	return true, err
}

// RenewLease holds a job for longer. It is false where the lease was lost.
func RenewLease(c db.Conn, job, runner string, until time.Time) (bool, error) {
	n, err := c.Exec("UPDATE couplet_jobs SET lease = $1 WHERE name = $2 AND runner = $3", timeArg(until), sqlb.T(job), sqlb.T(runner))
	return n > 0, err
}

// EndRun notes how a run ended, gives its lease back, and forgets all but the latest keep runs of its job. A run that was
// broken off meanwhile stays so.
func EndRun(c db.Conn, run *JobRun, keep int) error {
	_, err := c.Exec("UPDATE couplet_job_runs SET state = $1, ended = $2, message = $3 WHERE id = $4 AND state = 'running'",
		sqlb.T(run.State), timeArg(run.Ended), sqlb.T(cleanText(run.Message)), sqlb.T(run.ID))
	if err != nil {
		return err
	}
	if _, err := c.Exec("UPDATE couplet_jobs SET runner = NULL, lease = NULL WHERE name = $1 AND runner = $2", sqlb.T(run.Job), sqlb.T(run.Runner)); err != nil {
		return err
	}
	_, err = c.Exec("DELETE FROM couplet_job_runs WHERE job = $1 AND state <> 'running' AND id <= "+
		"(SELECT id FROM couplet_job_runs WHERE job = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)", sqlb.T(run.Job), sqlb.I(int64(keep)))
	return err
}

// BreakOffRuns marks the runs whose lease has run out, since their process is no more, and returns how many.
func BreakOffRuns(c db.Conn, message string, now time.Time) (int64, error) {
	n, err := c.Exec("UPDATE couplet_job_runs SET state = $1, ended = $2, message = $3 WHERE state = 'running' AND NOT EXISTS "+
		"(SELECT 1 FROM couplet_jobs AS j WHERE j.name = couplet_job_runs.job AND j.runner = couplet_job_runs.runner AND j.lease >= $4)",
		sqlb.T(RunBrokenOff), timeArg(now), sqlb.T(message), timeArg(now))
	if err != nil {
		return n, err
	}
	_, err = c.Exec("UPDATE couplet_jobs SET runner = NULL, lease = NULL WHERE lease < $1", timeArg(now))
	return n, err
}

// JobRuns returns the latest runs first, at most limit: of one job ("" all), after another run (its id, "" from the
// first).
func JobRuns(c db.Conn, job, after string, limit int) ([]*JobRun, error) {
	where, args := "WHERE TRUE", []sqlb.Arg{}
	with := func(condition, v string) {
		if v != "" {
			args = append(args, sqlb.T(v))
			where += " AND " + condition + " $" + itoa(len(args))
		}
	}
	with("job =", job)
	with("id <", after)
	args = append(args, sqlb.I(int64(limit)))
	return jobRuns(c, where+" ORDER BY id DESC LIMIT $"+itoa(len(args)), args)
}

// JobRunOf returns a run by its id, or nil.
func JobRunOf(c db.Conn, id string) (*JobRun, error) {
	list, err := jobRuns(c, "WHERE id = $1", []sqlb.Arg{sqlb.T(id)})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func jobRuns(c db.Conn, where string, args []sqlb.Arg) ([]*JobRun, error) {
	var list []*JobRun
	err := c.Query("SELECT id, job, task, cause, state, runner, started, ended, message FROM couplet_job_runs "+where, args, func(r db.Row) error {
		list = append(list, &JobRun{r.Text(0), r.Text(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), rowTime(r, 6), rowTime(r, 7), r.Text(8)})
		return nil
	})
	return list, err
}
