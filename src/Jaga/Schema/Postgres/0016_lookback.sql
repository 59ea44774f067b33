-- What was checked last: a row for each check, written with it. Packed into blocks by the thousand.
CREATE TABLE fingerprint_tail (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    heads bytea NOT NULL,
    hashes bytea NOT NULL
);

-- Hashes do not compress: no time is spent on trying.
ALTER TABLE fingerprint_tail ALTER COLUMN heads SET STORAGE EXTERNAL, ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Blocks are written once, read in the order of their numbers, and dropped when they are old.
CREATE TABLE fingerprint_blocks (
    number bigint PRIMARY KEY,
    items integer NOT NULL,
    seq bigint NOT NULL,
    last_at timestamptz NOT NULL,
    heads bytea NOT NULL,
    hashes bytea NOT NULL
);
ALTER TABLE fingerprint_blocks ALTER COLUMN heads SET STORAGE EXTERNAL, ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- block: the last block's number. seq: the change of the banks up to which look-backs have taken the signals. dropped: Unix milliseconds up to which fingerprints are gone.
CREATE TABLE fingerprint_marks (name text PRIMARY KEY, value bigint NOT NULL);
INSERT INTO fingerprint_marks (name, value) VALUES ('block', 0), ('seq', 0), ('dropped', 0);

CREATE TABLE lookbacks (
    id uuid PRIMARY KEY,
    state text NOT NULL,
    bank integer,
    from_seq bigint NOT NULL,
    to_seq bigint NOT NULL,
    signals bigint NOT NULL,
    total bigint NOT NULL,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL,
    paused_at timestamptz,
    paused_milliseconds bigint NOT NULL,
    ended_at timestamptz
);
CREATE INDEX lookbacks_state ON lookbacks (state, id);

-- A look-back's work, shared out among nodes and their threads by leases.
CREATE TABLE lookback_parts (
    lookback uuid NOT NULL REFERENCES lookbacks (id),
    number integer NOT NULL,
    next_block bigint NOT NULL,
    last_block bigint NOT NULL,
    total bigint NOT NULL,
    done bigint NOT NULL,
    found bigint NOT NULL,
    ended boolean NOT NULL,
    leased_by uuid,
    leased_until timestamptz,
    PRIMARY KEY (lookback, number)
);
CREATE INDEX lookback_parts_open ON lookback_parts (lookback, number) WHERE NOT ended;

-- Whether a signal was met in an item before.
CREATE INDEX findings_source ON findings (source_id, signal);
