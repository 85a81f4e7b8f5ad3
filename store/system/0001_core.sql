-- What Couplet keeps for itself. Every statement may run again; both engines understand them.
CREATE TABLE IF NOT EXISTS couplet_meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
