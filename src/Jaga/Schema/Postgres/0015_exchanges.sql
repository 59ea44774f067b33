CREATE TABLE exchanges (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    environment text NOT NULL,
    address text NOT NULL,
    allow_private boolean NOT NULL,
    collection text NOT NULL,
    bank integer NOT NULL UNIQUE REFERENCES banks (number) DEFERRABLE INITIALLY DEFERRED,
    receiver uuid REFERENCES receivers (id) DEFERRABLE INITIALLY DEFERRED,
    every_minutes integer NOT NULL,
    allowed_lag_hours integer NOT NULL,
    keep_days integer,
    paused boolean NOT NULL,
    sealed_credentials bytea,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX exchanges_name ON exchanges (lower(name));

-- What changes with every page, beside what changes by somebody's will.
CREATE TABLE exchange_progress (
    bank integer PRIMARY KEY REFERENCES exchanges (bank) DEFERRABLE INITIALLY DEFERRED,
    step bigint NOT NULL,
    checkpoint text NOT NULL,
    cursor text,
    run integer NOT NULL,
    is_whole boolean NOT NULL,
    run_started_at timestamptz,
    pages bigint NOT NULL,
    entries bigint NOT NULL,
    added bigint NOT NULL,
    removed bigint NOT NULL,
    share double precision,
    unheld text NOT NULL,
    due_at timestamptz NOT NULL,
    failures integer NOT NULL,
    page_tries integer NOT NULL,
    lost integer NOT NULL,
    lost_in_row integer NOT NULL,
    last_try_at timestamptz,
    last_failure text,
    last_failure_kind text,
    last_success_at timestamptz,
    in_step_to timestamptz,
    unlisted bigint NOT NULL,
    may_shrink boolean NOT NULL
);

-- What each entry of an exchange says. A signal is in the bank as long as one entry says it.
CREATE TABLE exchange_claims (
    bank integer NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    value bytea NOT NULL,
    quality integer,
    labels text NOT NULL,
    entry text NOT NULL,
    member text NOT NULL,
    run integer NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (bank, key, type, value)
);
CREATE INDEX exchange_claims_value ON exchange_claims (bank, value);
CREATE INDEX exchange_claims_expiry ON exchange_claims (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX exchange_claims_run ON exchange_claims (bank, run);

CREATE TABLE set_aside_entries (
    id uuid PRIMARY KEY,
    bank integer NOT NULL REFERENCES exchanges (bank) DEFERRABLE INITIALLY DEFERRED,
    key text NOT NULL,
    is_page boolean NOT NULL,
    at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    times integer NOT NULL,
    cursor text NOT NULL,
    reason text NOT NULL,
    excerpt text NOT NULL,
    UNIQUE (bank, is_page, key)
);
