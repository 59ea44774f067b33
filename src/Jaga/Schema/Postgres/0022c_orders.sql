CREATE TABLE order_checks (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    item text NOT NULL,
    finding text NOT NULL,
    note text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL
);
CREATE UNIQUE INDEX order_checks_item ON order_checks (order_id, item);

CREATE TABLE order_warnings (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    number integer NOT NULL,
    name text NOT NULL,
    reference text,
    says text NOT NULL,
    fine_amount bigint,
    fine_currency text,
    fine_points text,
    clause text NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    registered_by text NOT NULL
);
CREATE UNIQUE INDEX order_warnings_number ON order_warnings (order_id, number);

CREATE TABLE order_replies (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    warning_id uuid NOT NULL REFERENCES order_warnings (id),
    kind text NOT NULL,
    words text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    served_at timestamptz,
    served_by text,
    upheld boolean,
    answer_words text,
    answered_at timestamptz
);
CREATE INDEX order_replies_order ON order_replies (order_id, id);

CREATE TABLE order_files (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    name text NOT NULL,
    media_type text NOT NULL,
    length bigint NOT NULL,
    evidence_id uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX order_files_order ON order_files (order_id, id);
