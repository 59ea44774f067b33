CREATE TABLE obligations (
    id text PRIMARY KEY,
    clause text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    owed_to text NOT NULL,
    queue text NOT NULL,
    person text,
    opened_at integer NOT NULL,
    first_due_at integer NOT NULL,
    due_at integer NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    paused_at integer,
    kept_by text,
    closed_at integer,
    cancelled_because text,
    ladder text NOT NULL,
    next_rung integer NOT NULL,
    next_rung_at integer
) STRICT;
CREATE INDEX obligations_owed ON obligations (due_at, id) WHERE state IN ('Open', 'Broken');
CREATE INDEX obligations_about ON obligations (about_kind, about_id);
CREATE INDEX obligations_next_rung ON obligations (next_rung_at) WHERE next_rung_at IS NOT NULL;

CREATE TABLE pauses (
    id text PRIMARY KEY,
    obligation text NOT NULL REFERENCES obligations (id) DEFERRABLE INITIALLY DEFERRED,
    starts_at integer NOT NULL,
    ends_at integer,
    ground text NOT NULL,
    started_by text NOT NULL
) STRICT;
CREATE INDEX pauses_obligation ON pauses (obligation);

CREATE TABLE rungs (
    id text PRIMARY KEY,
    obligation text NOT NULL REFERENCES obligations (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    percent integer NOT NULL,
    whom text NOT NULL,
    due_at integer NOT NULL,
    fired_at integer NOT NULL,
    told integer NOT NULL,
    UNIQUE (obligation, number)
) STRICT;

CREATE TABLE notices (
    id text PRIMARY KEY,
    at integer NOT NULL,
    whom text NOT NULL,
    queue text NOT NULL,
    person text,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    rung text REFERENCES rungs (id) DEFERRABLE INITIALLY DEFERRED,
    urgent integer NOT NULL,
    says_en text NOT NULL,
    says_id text NOT NULL
) STRICT;
CREATE INDEX notices_about ON notices (about_kind, about_id);

CREATE TABLE notice_reads (
    notice text NOT NULL REFERENCES notices (id) DEFERRABLE INITIALLY DEFERRED,
    reader text NOT NULL,
    at integer NOT NULL,
    PRIMARY KEY (notice, reader)
) STRICT;
