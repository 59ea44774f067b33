-- Warnings and suspensions of those who send manifestly unfounded reports.
CREATE TABLE misuses (
    id text PRIMARY KEY,
    by text NOT NULL,
    step text NOT NULL,
    reason text NOT NULL,
    at integer NOT NULL,
    warning text REFERENCES misuses (id),
    until integer,
    lifted_at integer
) STRICT;
CREATE INDEX misuses_by ON misuses (by, id);
-- Each suspension rests on a warning of its own.
CREATE UNIQUE INDEX misuses_warning ON misuses (warning);

CREATE INDEX passed_reports_reporter ON passed_reports (reporter, report);

-- What every case stands at, unless it rests on nothing but reports of those who were mostly wrong.
UPDATE cases SET priority = 20 WHERE priority = 0;
