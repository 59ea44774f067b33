CREATE TABLE second_words (
    id uuid PRIMARY KEY,
    act text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    reason text NOT NULL,
    allowed_by text,
    allowed_at timestamptz,
    used_at timestamptz,
    CHECK (allowed_by IS NULL OR allowed_by <> asked_by)
);
CREATE INDEX second_words_about ON second_words (about_kind, about_id);
CREATE INDEX second_words_waiting ON second_words (act, asked_at) WHERE allowed_by IS NULL;

-- What was asked for an export is one of several such words now.
INSERT INTO second_words (id, act, about_kind, about_id, asked_by, asked_at, reason, allowed_by, allowed_at, used_at)
SELECT id, 'export', 'exhibit', exhibit_id::text, asked_by, asked_at, reason, allowed_by, allowed_at, used_at FROM export_releases;
DROP TABLE export_releases;
