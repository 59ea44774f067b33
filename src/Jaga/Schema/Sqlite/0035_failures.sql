-- What could not be read is neither whole nor lost.
ALTER TABLE vault_blobs ADD COLUMN unread_at integer;
ALTER TABLE vault_blobs ADD COLUMN unread_because text;
CREATE INDEX vault_blobs_unread ON vault_blobs (unread_at) WHERE unread_at IS NOT NULL;
ALTER TABLE witness_rounds ADD COLUMN fault text;
ALTER TABLE packages ADD COLUMN failures integer NOT NULL DEFAULT 0;
