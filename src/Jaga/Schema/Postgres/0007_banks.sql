CREATE TABLE bank_counters (name text PRIMARY KEY, value bigint NOT NULL);
INSERT INTO bank_counters (name, value) VALUES ('change', 0), ('signal', 0), ('bank', 0), ('batch', 0);

CREATE TABLE banks (
    id uuid PRIMARY KEY,
    number integer NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL,
    labels text NOT NULL,
    origin text NOT NULL,
    on_match text NOT NULL,
    max_distance integer NOT NULL,
    min_quality integer NOT NULL,
    enabled_ratio double precision NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    changed_seq bigint NOT NULL
);
CREATE UNIQUE INDEX banks_name ON banks (lower(name));

CREATE TABLE signal_batches (
    number bigint PRIMARY KEY,
    bank integer NOT NULL REFERENCES banks (number),
    state text NOT NULL,
    source text NOT NULL,
    digest text NOT NULL,
    made_by text NOT NULL,
    first_signal bigint NOT NULL,
    reserved integer NOT NULL,
    added integer NOT NULL,
    removed integer NOT NULL,
    started_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    published_at timestamptz,
    published_seq bigint
);
CREATE INDEX signal_batches_bank ON signal_batches (bank, number);
CREATE INDEX signal_batches_published ON signal_batches (published_seq);
-- One file at a time is imported into a bank.
CREATE UNIQUE INDEX signal_batches_staging ON signal_batches (bank) WHERE state <> 'Published';

-- Tens of millions of rows: whole numbers for ids, and no foreign keys to check on every insert.
CREATE TABLE signals (
    id bigint PRIMARY KEY,
    bank integer NOT NULL,
    batch bigint NOT NULL,
    type text NOT NULL,
    value bytea NOT NULL,
    quality integer,
    labels text NOT NULL,
    entry text NOT NULL,
    member text NOT NULL,
    removed_at timestamptz,
    removed_seq bigint
);
CREATE UNIQUE INDEX signals_live ON signals (bank, type, value) WHERE removed_at IS NULL;
CREATE INDEX signals_removed ON signals (removed_seq) WHERE removed_seq IS NOT NULL;
