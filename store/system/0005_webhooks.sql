-- Who is told of changes, and what they were sent. Times are UTC microseconds.
-- events is a JSON list of collections (by id), operations, filters and fields (by id). secret and previous sign messages.
CREATE TABLE IF NOT EXISTS couplet_webhooks (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  user_key TEXT NOT NULL,
  events TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  notice TEXT NOT NULL,
  secret TEXT NOT NULL,
  previous TEXT,
  previous_until BIGINT,
  created BIGINT NOT NULL
);

-- The outbox: one row for each message to a webhook, put here in the transaction that moves the place in the change log.
-- seq is the change's number and orders the messages about one record.
CREATE TABLE IF NOT EXISTS couplet_webhook_deliveries (
  id TEXT PRIMARY KEY,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  due BIGINT NOT NULL,
  done BIGINT
);
CREATE INDEX IF NOT EXISTS couplet_webhook_deliveries_due ON couplet_webhook_deliveries (webhook, due) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS couplet_webhook_deliveries_record ON couplet_webhook_deliveries (webhook, collection, key, seq) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS couplet_webhook_deliveries_at ON couplet_webhook_deliveries (webhook, at, id);
CREATE INDEX IF NOT EXISTS couplet_webhook_deliveries_done ON couplet_webhook_deliveries (webhook, done) WHERE state <> 'waiting';

-- What was sent and answered. request and response are JSON; of an answer only the beginning is kept.
CREATE TABLE IF NOT EXISTS couplet_webhook_attempts (
  delivery TEXT NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  duration BIGINT NOT NULL,
  status BIGINT,
  error TEXT,
  request TEXT NOT NULL,
  response TEXT NOT NULL,
  PRIMARY KEY (delivery, number)
);
