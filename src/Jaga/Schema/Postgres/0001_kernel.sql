CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    leased_by uuid,
    attempts integer NOT NULL,
    last_failure text
);
CREATE INDEX jobs_due ON jobs (state, due_at);

CREATE TABLE recurring_turns (
    name text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    leased_by uuid,
    last_failure text
);

CREATE TABLE idempotent_answers (
    key text PRIMARY KEY,
    request text NOT NULL,
    body text,
    at timestamptz NOT NULL
);
CREATE INDEX idempotent_answers_at ON idempotent_answers (at);

CREATE TABLE data_protection_keys (
    name text PRIMARY KEY,
    xml text NOT NULL
);
