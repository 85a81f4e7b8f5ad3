-- How a person wants to see things: a language tag and a time zone, "" for the browser's.
CREATE TABLE IF NOT EXISTS couplet_people (
  user_key TEXT PRIMARY KEY,
  locale TEXT NOT NULL,
  time_zone TEXT NOT NULL
);

-- Open invitations: accounts that wait for their person to choose a password. secret is the hash of what the link holds;
-- mailed is 1 where a mail server has taken the mail.
CREATE TABLE IF NOT EXISTS couplet_invitations (
  user_key TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  by_key TEXT NOT NULL,
  sent BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  mailed BIGINT NOT NULL
);
