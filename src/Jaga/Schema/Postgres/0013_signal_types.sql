-- How near a match must be, for each type of signal that has a distance.
ALTER TABLE banks ADD COLUMN text_distance integer NOT NULL DEFAULT 31;
ALTER TABLE banks ADD COLUMN film_distance integer NOT NULL DEFAULT 31;
ALTER TABLE banks ADD COLUMN film_quality integer NOT NULL DEFAULT 50;
ALTER TABLE banks ADD COLUMN film_query_percent double precision NOT NULL DEFAULT 80;
ALTER TABLE banks ADD COLUMN film_signal_percent double precision NOT NULL DEFAULT 0;
ALTER TABLE banks ADD COLUMN vector_distance double precision NOT NULL DEFAULT 0;

-- What does not fit into a value that is indexed: the frames of a film.
CREATE TABLE signal_contents (
    signal bigint PRIMARY KEY,
    content bytea NOT NULL
);

-- Which decisions a signal of the house stands on: it goes when the last of them is taken back.
CREATE TABLE signal_claims (
    signal bigint NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (signal, source)
);
CREATE INDEX signal_claims_source ON signal_claims (source);
INSERT INTO signal_claims (signal, source)
    SELECT s.id, b.source FROM banks k JOIN signal_batches b ON b.bank = k.number JOIN signals s ON s.id >= b.first_signal AND s.id < b.first_signal + b.reserved AND s.batch = b.number
    WHERE k.origin = 'Decisions' AND s.removed_at IS NULL;

-- How far an import came, so that the same file goes on from there after a crash.
ALTER TABLE signal_batches ADD COLUMN written integer NOT NULL DEFAULT 0;
ALTER TABLE signal_batches ADD COLUMN reading text NOT NULL DEFAULT '';
