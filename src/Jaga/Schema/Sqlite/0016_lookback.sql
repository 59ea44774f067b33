-- What was checked last: a row for each check, written with it. Packed into blocks by the thousand.
CREATE TABLE fingerprint_tail (
    number integer PRIMARY KEY,
    seq integer NOT NULL,
    at integer NOT NULL,
    heads blob NOT NULL,
    hashes blob NOT NULL
) STRICT;

-- Blocks are written once, read in the order of their numbers, and dropped when they are old.
CREATE TABLE fingerprint_blocks (
    number integer PRIMARY KEY,
    items integer NOT NULL,
    seq integer NOT NULL,
    last_at integer NOT NULL,
    heads blob NOT NULL,
    hashes blob NOT NULL
) STRICT;

-- block: the last block's number. seq: the change of the banks up to which look-backs have taken the signals. dropped: Unix milliseconds up to which fingerprints are gone.
CREATE TABLE fingerprint_marks (name text PRIMARY KEY, value integer NOT NULL) STRICT;
INSERT INTO fingerprint_marks (name, value) VALUES ('block', 0), ('seq', 0), ('dropped', 0);

CREATE TABLE lookbacks (
    id text PRIMARY KEY,
    state text NOT NULL,
    bank integer,
    from_seq integer NOT NULL,
    to_seq integer NOT NULL,
    signals integer NOT NULL,
    total integer NOT NULL,
    started_by text NOT NULL,
    started_at integer NOT NULL,
    paused_at integer,
    paused_milliseconds integer NOT NULL,
    ended_at integer
) STRICT;
CREATE INDEX lookbacks_state ON lookbacks (state, id);

-- A look-back's work, shared out among nodes and their threads by leases.
CREATE TABLE lookback_parts (
    lookback text NOT NULL REFERENCES lookbacks (id),
    number integer NOT NULL,
    next_block integer NOT NULL,
    last_block integer NOT NULL,
    total integer NOT NULL,
    done integer NOT NULL,
    found integer NOT NULL,
    ended integer NOT NULL,
    leased_by text,
    leased_until integer,
    PRIMARY KEY (lookback, number)
) STRICT;
CREATE INDEX lookback_parts_open ON lookback_parts (lookback, number) WHERE ended = 0;

-- Whether a signal was met in an item before.
CREATE INDEX findings_source ON findings (source_id, signal);
