CREATE TABLE rotas (
    id text PRIMARY KEY,
    queue text NOT NULL,
    level text NOT NULL,
    zone text NOT NULL,
    starts text NOT NULL,
    members text NOT NULL,
    UNIQUE (queue, level)
) STRICT;

CREATE TABLE covers (
    id text PRIMARY KEY,
    rota text NOT NULL REFERENCES rotas (id),
    person text NOT NULL,
    starts_at integer NOT NULL,
    ends_at integer NOT NULL,
    set_by text NOT NULL
) STRICT;
CREATE INDEX covers_rota ON covers (rota, ends_at);

CREATE TABLE absences (
    id text PRIMARY KEY,
    person text NOT NULL,
    starts_at integer NOT NULL,
    ends_at integer NOT NULL,
    set_by text NOT NULL
) STRICT;
CREATE INDEX absences_ends ON absences (ends_at);

ALTER TABLE notices ADD COLUMN persons text NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN reached text NOT NULL DEFAULT 'Owner';
ALTER TABLE notices ADD COLUMN calls integer NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN next_call_at integer;
ALTER TABLE notices ADD COLUMN taken_by text;
ALTER TABLE notices ADD COLUMN taken_at integer;
CREATE INDEX notices_next_call ON notices (next_call_at) WHERE next_call_at IS NOT NULL;

CREATE TABLE notice_calls (
    notice text NOT NULL REFERENCES notices (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    at integer NOT NULL,
    whom text NOT NULL,
    persons text NOT NULL,
    PRIMARY KEY (notice, number)
) STRICT;
