-- Scheduled work. handled is the time up to which a schedule's runs were made; who holds the lease may run the job.
CREATE TABLE IF NOT EXISTS couplet_jobs (
  name TEXT PRIMARY KEY,
  schedule TEXT NOT NULL,
  handled BIGINT NOT NULL,
  runner TEXT,
  lease BIGINT
);

CREATE TABLE IF NOT EXISTS couplet_job_runs (
  id TEXT PRIMARY KEY,
  job TEXT NOT NULL,
  task TEXT NOT NULL,
  cause TEXT NOT NULL,
  state TEXT NOT NULL,
  runner TEXT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT,
  message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS couplet_job_runs_job ON couplet_job_runs (job, id);
