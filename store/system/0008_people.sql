-- Open invitations: accounts that wait for their person to choose a password. secret is the hash of what the link holds;
-- mailed is the address to which a mail server has taken the mail, "" where the link was handed over.
CREATE TABLE IF NOT EXISTS couplet_invitations (
  user_key TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  by_key TEXT NOT NULL,
  sent BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  mailed TEXT NOT NULL
);
