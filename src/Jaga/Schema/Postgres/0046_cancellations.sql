-- Who asked to cancel what the law sets a time for, and who agreed.
CREATE TABLE cancellations (
    id uuid PRIMARY KEY,
    obligation uuid NOT NULL REFERENCES obligations (id),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    reason text NOT NULL,
    allowed_by text,
    allowed_at timestamptz,
    CHECK (allowed_by IS NULL OR allowed_by <> asked_by)
);
CREATE INDEX cancellations_obligation ON cancellations (obligation);
