CREATE TABLE statements (
    id uuid PRIMARY KEY,
    decision uuid NOT NULL REFERENCES decisions (id),
    "case" uuid NOT NULL REFERENCES cases (id),
    to_kind text NOT NULL,
    to_id text NOT NULL,
    kind text NOT NULL,
    ground text NOT NULL,
    category text NOT NULL,
    automated_detection boolean NOT NULL,
    automated_decision boolean NOT NULL,
    texts text NOT NULL,
    state text NOT NULL,
    issued_at timestamptz NOT NULL,
    object_until timestamptz NOT NULL,
    withheld_until timestamptz,
    withheld_because text,
    delivered_at timestamptz
);
CREATE INDEX statements_decision ON statements (decision);
CREATE INDEX statements_case ON statements ("case", id);
CREATE INDEX statements_state ON statements (state, id);
CREATE INDEX statements_withheld ON statements (withheld_until) WHERE state = 'Withheld';

-- Never changed: a change is a new version.
CREATE TABLE statement_templates (
    id uuid PRIMARY KEY,
    language text NOT NULL,
    kind text NOT NULL,
    ground text NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    why text NOT NULL,
    by text NOT NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL
);
CREATE UNIQUE INDEX statement_templates_version ON statement_templates (language, kind, ground, version);

CREATE TABLE objections (
    id uuid PRIMARY KEY,
    statement uuid NOT NULL REFERENCES statements (id),
    "case" uuid NOT NULL,
    text text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX objections_statement ON objections (statement, id);
CREATE INDEX objections_case ON objections ("case", id);
