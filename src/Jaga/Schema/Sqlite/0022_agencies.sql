CREATE TABLE agencies (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL,
    country text NOT NULL,
    competence text NOT NULL,
    regimes text NOT NULL,
    contact text NOT NULL,
    language text NOT NULL,
    receiver text,
    email text,
    added_at integer NOT NULL,
    verified_by text,
    verified_by_name text,
    verified_at integer,
    verified_how text,
    closed_at integer
) STRICT;
