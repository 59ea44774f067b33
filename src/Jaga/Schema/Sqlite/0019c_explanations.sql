CREATE TABLE explanations (
    id text PRIMARY KEY,
    obligation text NOT NULL REFERENCES obligations (id),
    at integer NOT NULL,
    said_by text NOT NULL,
    words text NOT NULL
) STRICT;
CREATE INDEX explanations_obligation ON explanations (obligation);
CREATE INDEX obligations_opened ON obligations (opened_at);
