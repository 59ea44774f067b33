CREATE TABLE reports (
    id uuid PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    "case" uuid REFERENCES cases (id),
    category text NOT NULL,
    words text NOT NULL,
    location text NOT NULL,
    happened text NOT NULL,
    language text NOT NULL,
    via text NOT NULL,
    by text,
    received_at timestamptz NOT NULL,
    state text NOT NULL,
    decision uuid REFERENCES decisions (id),
    told_at timestamptz,
    same_as uuid,
    likeness text NOT NULL,
    receipt bytea NOT NULL,
    contact bytea,
    identity bytea,
    screenshot text,
    asked_at timestamptz
);
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
    "case" uuid PRIMARY KEY REFERENCES cases (id),
    public integer NOT NULL,
    platform integer NOT NULL,
    flagger integer NOT NULL,
    same integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL
);

CREATE TABLE report_messages (
    id uuid PRIMARY KEY,
    report uuid NOT NULL REFERENCES reports (id),
    by text,
    by_name text,
    words text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX report_messages_report ON report_messages (report, id);
