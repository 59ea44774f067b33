CREATE TABLE bank_counters (name text PRIMARY KEY, value integer NOT NULL) STRICT;
INSERT INTO bank_counters (name, value) VALUES ('change', 0), ('signal', 0), ('bank', 0), ('batch', 0);

CREATE TABLE banks (
    id text PRIMARY KEY,
    number integer NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL,
    labels text NOT NULL,
    origin text NOT NULL,
    on_match text NOT NULL,
    max_distance integer NOT NULL,
    min_quality integer NOT NULL,
    enabled_ratio real NOT NULL,
    enabled integer NOT NULL,
    created_at integer NOT NULL,
    changed_seq integer NOT NULL
) STRICT;
CREATE UNIQUE INDEX banks_name ON banks (lower(name));

CREATE TABLE signal_batches (
    number integer PRIMARY KEY,
    bank integer NOT NULL REFERENCES banks (number),
    state text NOT NULL,
    source text NOT NULL,
    digest text NOT NULL,
    made_by text NOT NULL,
    first_signal integer NOT NULL,
    reserved integer NOT NULL,
    added integer NOT NULL,
    removed integer NOT NULL,
    started_at integer NOT NULL,
    touched_at integer NOT NULL,
    published_at integer,
    published_seq integer
) STRICT;
CREATE INDEX signal_batches_bank ON signal_batches (bank, number);
CREATE INDEX signal_batches_published ON signal_batches (published_seq);
-- One file at a time is imported into a bank.
CREATE UNIQUE INDEX signal_batches_staging ON signal_batches (bank) WHERE state <> 'Published';

-- Tens of millions of rows: whole numbers for ids, and no foreign keys to check on every insert.
CREATE TABLE signals (
    id integer PRIMARY KEY,
    bank integer NOT NULL,
    batch integer NOT NULL,
    type text NOT NULL,
    value blob NOT NULL,
    quality integer,
    labels text NOT NULL,
    entry text NOT NULL,
    member text NOT NULL,
    removed_at integer,
    removed_seq integer
) STRICT;
CREATE UNIQUE INDEX signals_live ON signals (bank, type, value) WHERE removed_at IS NULL;
CREATE INDEX signals_removed ON signals (removed_seq) WHERE removed_seq IS NOT NULL;
