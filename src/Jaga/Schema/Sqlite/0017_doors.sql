ALTER TABLE staff ADD COLUMN speaks_for text;
CREATE INDEX staff_speaks_for ON staff (speaks_for) WHERE speaks_for IS NOT NULL;
ALTER TABLE api_keys ADD COLUMN speaks_for text;
CREATE INDEX api_keys_speaks_for ON api_keys (speaks_for) WHERE speaks_for IS NOT NULL;
