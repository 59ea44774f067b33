CREATE TABLE agencies (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL,
    country text NOT NULL,
    competence text NOT NULL,
    regimes text NOT NULL,
    contact text NOT NULL,
    language text NOT NULL,
    receiver text,
    email text,
    added_at timestamptz NOT NULL,
    verified_by text,
    verified_by_name text,
    verified_at timestamptz,
    verified_how text,
    closed_at timestamptz
);
