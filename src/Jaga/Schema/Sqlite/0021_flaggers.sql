CREATE TABLE flaggers (
    id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    status_by text NOT NULL,
    categories text NOT NULL,
    territory text NOT NULL,
    contact text NOT NULL,
    added_at integer NOT NULL
) STRICT;
CREATE UNIQUE INDEX flaggers_name ON flaggers (name);

-- The id that a report has with whoever passed it on: the same one again is the same report.
CREATE TABLE passed_reports (
    by text NOT NULL,
    outside_id text NOT NULL,
    report text NOT NULL,
    reporter text,
    PRIMARY KEY (by, outside_id)
) STRICT;
CREATE INDEX passed_reports_report ON passed_reports (by, report);

-- What is read first among cases of one severity, e.g. because a trusted flagger reported it.
ALTER TABLE cases ADD COLUMN priority integer NOT NULL DEFAULT 0;
DROP INDEX cases_queue;
CREATE INDEX cases_queue ON cases (state, legal_due_at, severity DESC, priority DESC, due_at, id);
