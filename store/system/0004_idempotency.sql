-- What a client's Idempotency-Key has already made, for a day: the same key makes it once.
CREATE TABLE IF NOT EXISTS couplet_idempotency (
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  request TEXT NOT NULL,
  record TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (owner, name)
);
CREATE INDEX IF NOT EXISTS couplet_idempotency_at ON couplet_idempotency (at);
