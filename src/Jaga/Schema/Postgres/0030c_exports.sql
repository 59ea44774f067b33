CREATE TABLE export_releases (
    id uuid PRIMARY KEY,
    exhibit_id uuid NOT NULL REFERENCES exhibits (id),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    reason text NOT NULL,
    allowed_by text,
    allowed_at timestamptz,
    used_at timestamptz,
    CHECK (allowed_by IS NULL OR allowed_by <> asked_by)
);
CREATE INDEX export_releases_exhibit ON export_releases (exhibit_id);
