-- What people keep for themselves or share, beside the records: saved views, preferences, drafts of the schema. about is
-- what it belongs to: a view's collection (its id in the schema document), a draft's base (the hash of its document).
CREATE TABLE IF NOT EXISTS couplet_owned (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  about TEXT NOT NULL,
  name TEXT NOT NULL,
  shared BIGINT NOT NULL,
  position BIGINT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX IF NOT EXISTS couplet_owned_owner ON couplet_owned (kind, owner);
