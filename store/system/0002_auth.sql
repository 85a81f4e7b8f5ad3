-- Who is logged in, and the keys that prove it. Users are named by their key as text; times are UTC microseconds.
-- A log-in is a family of refresh tokens (kind token) or a browser session (kind session; secret is its cookie's hash).
CREATE TABLE IF NOT EXISTS couplet_logins (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  user_key TEXT NOT NULL,
  secret TEXT UNIQUE,
  epoch BIGINT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT NOT NULL,
  revoked BIGINT,
  reason TEXT,
  user_agent TEXT NOT NULL,
  ip TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS couplet_logins_user ON couplet_logins (user_key, created);
CREATE INDEX IF NOT EXISTS couplet_logins_expires ON couplet_logins (expires);

-- Refresh tokens by their jti. A rotated one names its successor; a revoked one is what simplejwt calls blacklisted.
CREATE TABLE IF NOT EXISTS couplet_tokens (
  jti TEXT PRIMARY KEY,
  login TEXT NOT NULL,
  user_key TEXT NOT NULL,
  issued BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  rotated BIGINT,
  successor TEXT,
  revoked BIGINT
);
CREATE INDEX IF NOT EXISTS couplet_tokens_login ON couplet_tokens (login);
CREATE INDEX IF NOT EXISTS couplet_tokens_expires ON couplet_tokens (expires);

-- DRF's TokenAuthentication: one retrievable key a user.
CREATE TABLE IF NOT EXISTS couplet_auth_tokens (
  key TEXT PRIMARY KEY,
  user_key TEXT NOT NULL UNIQUE,
  created BIGINT NOT NULL
);

-- API keys: what is shown once is prefix.secret; only the secret's hash is kept. scopes is a JSON list of texts.
CREATE TABLE IF NOT EXISTS couplet_api_keys (
  id TEXT PRIMARY KEY,
  prefix TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL,
  user_key TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT,
  used BIGINT,
  revoked BIGINT
);
CREATE INDEX IF NOT EXISTS couplet_api_keys_user ON couplet_api_keys (user_key, created);

-- What signs and verifies (private JWKs), and the instance's own secret (alg HMAC).
CREATE TABLE IF NOT EXISTS couplet_keys (
  id TEXT PRIMARY KEY,
  alg TEXT NOT NULL,
  private TEXT NOT NULL,
  created BIGINT NOT NULL,
  retired BIGINT,
  expires BIGINT
);

-- E-mail addresses that their owner has confirmed.
CREATE TABLE IF NOT EXISTS couplet_emails (
  user_key TEXT NOT NULL,
  email TEXT NOT NULL,
  verified BIGINT NOT NULL,
  PRIMARY KEY (user_key, email)
);
