CREATE TABLE reports (
    id text PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    "case" text REFERENCES cases (id),
    category text NOT NULL,
    words text NOT NULL,
    location text NOT NULL,
    happened text NOT NULL,
    language text NOT NULL,
    via text NOT NULL,
    by text,
    received_at integer NOT NULL,
    state text NOT NULL,
    decision text REFERENCES decisions (id),
    told_at integer,
    same_as text,
    likeness text NOT NULL,
    receipt blob NOT NULL,
    contact blob,
    identity blob,
    screenshot text,
    asked_at integer
) STRICT;
CREATE UNIQUE INDEX reports_receipt ON reports (receipt);
CREATE INDEX reports_case ON reports ("case", id);
CREATE INDEX reports_about ON reports (about_kind, about_id, id);
-- What the desk has not been told of yet; nearly always nearly empty.
CREATE INDEX reports_unsorted ON reports (id) WHERE "case" IS NULL;
CREATE INDEX reports_apart ON reports ("case", id) WHERE same_as IS NULL;
CREATE INDEX reports_contact ON reports (decision, id) WHERE contact IS NOT NULL;
CREATE INDEX reports_by ON reports (by, id) WHERE by IS NOT NULL;
CREATE INDEX reports_asked ON reports (asked_at, id) WHERE asked_at IS NOT NULL;

CREATE TABLE report_counts (
    "case" text PRIMARY KEY REFERENCES cases (id),
    public integer NOT NULL,
    platform integer NOT NULL,
    flagger integer NOT NULL,
    same integer NOT NULL,
    first_at integer NOT NULL,
    last_at integer NOT NULL
) STRICT;

CREATE TABLE report_messages (
    id text PRIMARY KEY,
    report text NOT NULL REFERENCES reports (id),
    by text,
    by_name text,
    words text NOT NULL,
    at integer NOT NULL
) STRICT;
CREATE INDEX report_messages_report ON report_messages (report, id);
