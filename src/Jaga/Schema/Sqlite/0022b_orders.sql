CREATE TABLE orders (
    id text PRIMARY KEY,
    number text NOT NULL UNIQUE,
    agency text NOT NULL REFERENCES agencies (id),
    channel text NOT NULL,
    sent_by text NOT NULL,
    sent_by_name text NOT NULL,
    regime text NOT NULL,
    clause text NOT NULL,
    urgent integer NOT NULL,
    category text NOT NULL,
    authority text,
    legal_basis text NOT NULL,
    reasons text NOT NULL,
    redress text,
    territory text NOT NULL,
    language text NOT NULL,
    reference text,
    contact text,
    received_at integer NOT NULL,
    due_at integer NOT NULL,
    state text NOT NULL,
    taken_by text,
    taken_by_name text,
    taken_at integer,
    answered_at integer
) STRICT;
CREATE UNIQUE INDEX orders_reference ON orders (agency, reference) WHERE reference IS NOT NULL;
CREATE INDEX orders_agency ON orders (agency, id);
CREATE INDEX orders_state ON orders (state, due_at);

CREATE TABLE order_locations (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id),
    number integer NOT NULL,
    location text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    case_id text NOT NULL,
    state text NOT NULL,
    actions text NOT NULL,
    done text,
    countries text,
    done_at integer,
    receipt text,
    ground text,
    words text
) STRICT;
CREATE UNIQUE INDEX order_locations_order ON order_locations (order_id, number);
CREATE INDEX order_locations_case ON order_locations (case_id);

CREATE TABLE order_answers (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id),
    outcome text NOT NULL,
    words text NOT NULL,
    text text NOT NULL,
    by text NOT NULL,
    at integer NOT NULL,
    reply text,
    replied_at integer,
    read_at integer,
    served_at integer,
    served_by text
) STRICT;
CREATE INDEX order_answers_order ON order_answers (order_id, id);
