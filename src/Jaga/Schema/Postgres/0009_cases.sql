CREATE TABLE cases (
    id uuid PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    state text NOT NULL,
    severity integer NOT NULL,
    category text NOT NULL,
    opened_at timestamptz NOT NULL,
    legal_due_at timestamptz,
    due_at timestamptz NOT NULL,
    weight integer NOT NULL,
    escalated_at timestamptz,
    leased_by text,
    leased_until timestamptz,
    version integer NOT NULL
);
-- One open case per subject, however many matches and reports it has.
CREATE UNIQUE INDEX cases_one_open ON cases (about_kind, about_id) WHERE state = 'Open';
CREATE INDEX cases_queue ON cases (state, legal_due_at, severity DESC, due_at, id);

CREATE TABLE findings (
    id uuid PRIMARY KEY,
    "case" uuid NOT NULL REFERENCES cases (id),
    source_kind text NOT NULL,
    source_id text NOT NULL,
    algorithm text NOT NULL,
    bank text NOT NULL,
    signal text NOT NULL,
    distance integer NOT NULL,
    variant text NOT NULL,
    labels text NOT NULL,
    provenance text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX findings_case ON findings ("case", id);

CREATE TABLE case_media (
    id uuid PRIMARY KEY,
    "case" uuid NOT NULL REFERENCES cases (id),
    original uuid NOT NULL,
    view uuid,
    preview bytea,
    sha256 text NOT NULL,
    md5 text NOT NULL,
    pdq text,
    quality integer,
    format text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL
);
-- The same file is looked at once, however often it was sent.
CREATE UNIQUE INDEX case_media_once ON case_media ("case", sha256);

CREATE TABLE reveals (
    id uuid PRIMARY KEY,
    "case" uuid NOT NULL REFERENCES cases (id),
    media uuid NOT NULL REFERENCES case_media (id),
    by text NOT NULL,
    at timestamptz NOT NULL,
    milliseconds integer
);
CREATE INDEX reveals_case ON reveals ("case", id);
CREATE INDEX reveals_by ON reveals (by, at);

CREATE TABLE decisions (
    id uuid PRIMARY KEY,
    "case" uuid NOT NULL REFERENCES cases (id),
    verdict text NOT NULL,
    policy text NOT NULL,
    reason text NOT NULL,
    by text NOT NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    undo_until timestamptz NOT NULL,
    undone_at timestamptz,
    exhibit uuid
);
CREATE INDEX decisions_case ON decisions ("case", id);
