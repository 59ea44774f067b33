-- Who asked to cancel what the law sets a time for, and who agreed.
CREATE TABLE cancellations (
    id text PRIMARY KEY,
    obligation text NOT NULL REFERENCES obligations (id),
    asked_by text NOT NULL,
    asked_at integer NOT NULL,
    reason text NOT NULL,
    allowed_by text,
    allowed_at integer,
    CHECK (allowed_by IS NULL OR allowed_by <> asked_by)
) STRICT;
CREATE INDEX cancellations_obligation ON cancellations (obligation);
