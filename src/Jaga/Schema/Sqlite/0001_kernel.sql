CREATE TABLE jobs (
    id text PRIMARY KEY,
    kind text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    due_at integer NOT NULL,
    leased_until integer,
    leased_by text,
    attempts integer NOT NULL,
    last_failure text
) STRICT;
CREATE INDEX jobs_due ON jobs (state, due_at);

CREATE TABLE recurring_turns (
    name text PRIMARY KEY,
    due_at integer NOT NULL,
    leased_until integer,
    leased_by text,
    last_failure text
) STRICT;

CREATE TABLE idempotent_answers (
    key text PRIMARY KEY,
    request text NOT NULL,
    body text,
    at integer NOT NULL
) STRICT;
CREATE INDEX idempotent_answers_at ON idempotent_answers (at);

CREATE TABLE data_protection_keys (
    name text PRIMARY KEY,
    xml text NOT NULL
) STRICT;
