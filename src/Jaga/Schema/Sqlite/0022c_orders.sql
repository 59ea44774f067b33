CREATE TABLE order_checks (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id),
    item text NOT NULL,
    finding text NOT NULL,
    note text NOT NULL,
    by text NOT NULL,
    at integer NOT NULL
) STRICT;
CREATE UNIQUE INDEX order_checks_item ON order_checks (order_id, item);

CREATE TABLE order_warnings (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id),
    number integer NOT NULL,
    name text NOT NULL,
    reference text,
    says text NOT NULL,
    fine_amount integer,
    fine_currency text,
    fine_points text,
    clause text NOT NULL,
    received_at integer NOT NULL,
    due_at integer NOT NULL,
    registered_by text NOT NULL
) STRICT;
CREATE UNIQUE INDEX order_warnings_number ON order_warnings (order_id, number);

CREATE TABLE order_replies (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id),
    warning_id text NOT NULL REFERENCES order_warnings (id),
    kind text NOT NULL,
    words text NOT NULL,
    by text NOT NULL,
    at integer NOT NULL,
    served_at integer,
    served_by text,
    upheld integer,
    answer_words text,
    answered_at integer
) STRICT;
CREATE INDEX order_replies_order ON order_replies (order_id, id);

CREATE TABLE order_files (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id),
    name text NOT NULL,
    media_type text NOT NULL,
    length integer NOT NULL,
    evidence_id text NOT NULL,
    at integer NOT NULL
) STRICT;
CREATE INDEX order_files_order ON order_files (order_id, id);
