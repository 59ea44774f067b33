-- Whether a bank puts a signal out of use when the newest opinion about it is that it is wrong.
ALTER TABLE banks ADD COLUMN drops_deconfirmed boolean NOT NULL DEFAULT false;

-- Only signals that do not simply count have a row here.
CREATE TABLE signal_standings (
    signal bigint PRIMARY KEY,
    bank integer NOT NULL,
    state text NOT NULL,
    since timestamptz NOT NULL,
    why text NOT NULL,
    by text NOT NULL,
    by_name text NOT NULL,
    changed_seq bigint NOT NULL
);
CREATE INDEX signal_standings_changed ON signal_standings (changed_seq);
CREATE INDEX signal_standings_state ON signal_standings (state, since);

CREATE TABLE opinions (
    id uuid PRIMARY KEY,
    signal bigint NOT NULL,
    bank integer NOT NULL,
    judgement text NOT NULL,
    state text NOT NULL,
    why text NOT NULL,
    given_in_kind text NOT NULL,
    given_in_id text NOT NULL,
    by text NOT NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    ended_at timestamptz,
    answer text
);
CREATE INDEX opinions_signal ON opinions (signal, id);
CREATE INDEX opinions_given_in ON opinions (given_in_kind, given_in_id);
CREATE INDEX opinions_waiting ON opinions (bank, due_at) WHERE state = 'Waiting';

CREATE TABLE sightings (
    id uuid PRIMARY KEY,
    signal bigint NOT NULL,
    bank integer NOT NULL,
    item uuid NOT NULL,
    account text,
    outcome text NOT NULL,
    distance integer NOT NULL,
    allowed_by bigint,
    at timestamptz NOT NULL
);
CREATE INDEX sightings_signal ON sightings (signal, at);
CREATE INDEX sightings_item ON sightings (item);
