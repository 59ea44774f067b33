-- When whoever was warned or suspended had it; null while nobody knows that they have.
ALTER TABLE misuses ADD COLUMN told_at integer;

-- A mail server may take ten minutes to accept what it was handed (RFC 5321, section 4.5.3.2.6): the lease holds as long as the longest that the settings allow.
UPDATE receivers SET timeout_ms = 900000 WHERE id = '00000000-0000-7000-8000-000000000001';
