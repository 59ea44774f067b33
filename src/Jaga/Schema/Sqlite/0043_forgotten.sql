ALTER TABLE deliveries ADD COLUMN forgotten_at integer;
ALTER TABLE deliveries ADD COLUMN body_sha256 text;
CREATE INDEX deliveries_over ON deliveries (created_at) WHERE forgotten_at IS NULL AND state <> 'Waiting';
