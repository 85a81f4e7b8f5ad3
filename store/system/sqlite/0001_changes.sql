-- One row for each record that a transaction created, changed or deleted. seq orders; at is UTC microseconds and does not.
-- collection and the keys of diff are ids of the schema document, so that renames do not break history.
CREATE TABLE IF NOT EXISTS couplet_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  changeset TEXT NOT NULL,
  grp TEXT,
  at INTEGER NOT NULL,
  actor TEXT,
  via TEXT NOT NULL,
  cause TEXT,
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  op TEXT NOT NULL,
  diff TEXT
);
CREATE INDEX IF NOT EXISTS couplet_changes_record ON couplet_changes (collection, key, seq);
CREATE INDEX IF NOT EXISTS couplet_changes_changeset ON couplet_changes (changeset);
CREATE INDEX IF NOT EXISTS couplet_changes_group ON couplet_changes (grp) WHERE grp IS NOT NULL;
CREATE INDEX IF NOT EXISTS couplet_changes_collection ON couplet_changes (collection, seq);
CREATE INDEX IF NOT EXISTS couplet_changes_deletes ON couplet_changes (collection, seq) WHERE op = 'delete';
CREATE INDEX IF NOT EXISTS couplet_changes_time ON couplet_changes (at, seq);
