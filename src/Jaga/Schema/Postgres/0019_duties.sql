CREATE TABLE ladders (
    id uuid PRIMARY KEY,
    clause text NOT NULL,
    queue text NOT NULL,
    number integer NOT NULL,
    due text,
    steps text,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL,
    why text NOT NULL,
    UNIQUE (clause, queue, number)
);
