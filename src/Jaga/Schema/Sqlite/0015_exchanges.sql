CREATE TABLE exchanges (
    id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    environment text NOT NULL,
    address text NOT NULL,
    allow_private integer NOT NULL,
    collection text NOT NULL,
    bank integer NOT NULL UNIQUE REFERENCES banks (number) DEFERRABLE INITIALLY DEFERRED,
    receiver text REFERENCES receivers (id) DEFERRABLE INITIALLY DEFERRED,
    every_minutes integer NOT NULL,
    allowed_lag_hours integer NOT NULL,
    keep_days integer,
    paused integer NOT NULL,
    sealed_credentials blob,
    created_at integer NOT NULL
) STRICT;
CREATE UNIQUE INDEX exchanges_name ON exchanges (lower(name));

-- What changes with every page, beside what changes by somebody's will.
CREATE TABLE exchange_progress (
    bank integer PRIMARY KEY REFERENCES exchanges (bank) DEFERRABLE INITIALLY DEFERRED,
    step integer NOT NULL,
    checkpoint text NOT NULL,
    cursor text,
    run integer NOT NULL,
    is_whole integer NOT NULL,
    run_started_at integer,
    pages integer NOT NULL,
    entries integer NOT NULL,
    added integer NOT NULL,
    removed integer NOT NULL,
    share real,
    unheld text NOT NULL,
    due_at integer NOT NULL,
    failures integer NOT NULL,
    page_tries integer NOT NULL,
    lost integer NOT NULL,
    lost_in_row integer NOT NULL,
    last_try_at integer,
    last_failure text,
    last_failure_kind text,
    last_success_at integer,
    in_step_to integer,
    unlisted integer NOT NULL,
    may_shrink integer NOT NULL
) STRICT;

-- What each entry of an exchange says. A signal is in the bank as long as one entry says it.
CREATE TABLE exchange_claims (
    bank integer NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    value blob NOT NULL,
    quality integer,
    labels text NOT NULL,
    entry text NOT NULL,
    member text NOT NULL,
    run integer NOT NULL,
    expires_at integer,
    PRIMARY KEY (bank, key, type, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX exchange_claims_value ON exchange_claims (bank, value);
CREATE INDEX exchange_claims_expiry ON exchange_claims (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX exchange_claims_run ON exchange_claims (bank, run);

CREATE TABLE set_aside_entries (
    id text PRIMARY KEY,
    bank integer NOT NULL REFERENCES exchanges (bank) DEFERRABLE INITIALLY DEFERRED,
    key text NOT NULL,
    is_page integer NOT NULL,
    at integer NOT NULL,
    last_at integer NOT NULL,
    times integer NOT NULL,
    cursor text NOT NULL,
    reason text NOT NULL,
    excerpt text NOT NULL,
    UNIQUE (bank, is_page, key)
) STRICT;
