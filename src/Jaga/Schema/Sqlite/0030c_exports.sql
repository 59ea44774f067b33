CREATE TABLE export_releases (
    id text PRIMARY KEY,
    exhibit_id text NOT NULL REFERENCES exhibits (id),
    asked_by text NOT NULL,
    asked_at integer NOT NULL,
    reason text NOT NULL,
    allowed_by text,
    allowed_at integer,
    used_at integer,
    CHECK (allowed_by IS NULL OR allowed_by <> asked_by)
) STRICT;
CREATE INDEX export_releases_exhibit ON export_releases (exhibit_id);
