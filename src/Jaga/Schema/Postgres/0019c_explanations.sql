CREATE TABLE explanations (
    id uuid PRIMARY KEY,
    obligation uuid NOT NULL REFERENCES obligations (id),
    at timestamptz NOT NULL,
    said_by text NOT NULL,
    words text NOT NULL
);
CREATE INDEX explanations_obligation ON explanations (obligation);
CREATE INDEX obligations_opened ON obligations (opened_at);
