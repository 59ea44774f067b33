CREATE TABLE receivers (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL,
    url text NOT NULL,
    allow_private integer NOT NULL,
    timeout_ms integer NOT NULL,
    concurrency integer NOT NULL,
    pages integer NOT NULL,
    disabled integer NOT NULL,
    created_at integer NOT NULL,
    sealed_secret blob,
    sealed_old_secret blob,
    old_secret_until integer,
    sealed_headers blob
) STRICT;

CREATE TABLE circuits (
    receiver text PRIMARY KEY REFERENCES receivers (id) DEFERRABLE INITIALLY DEFERRED,
    failures integer NOT NULL,
    opened_at integer,
    open_until integer
) STRICT;

CREATE TABLE deliveries (
    seq integer PRIMARY KEY AUTOINCREMENT,
    id text NOT NULL UNIQUE,
    receiver text NOT NULL REFERENCES receivers (id) DEFERRABLE INITIALLY DEFERRED,
    type text NOT NULL,
    body text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    stream text,
    state text NOT NULL,
    created_at integer NOT NULL,
    due_at integer NOT NULL,
    leased_by text,
    leased_until integer,
    attempts integer NOT NULL,
    first_failed_at integer,
    last_outcome text,
    confirmed_at integer,
    receipt text,
    cancelled_because text
) STRICT;
CREATE INDEX deliveries_due ON deliveries (receiver, due_at, seq) WHERE state = 'Waiting';
CREATE INDEX deliveries_stream ON deliveries (receiver, stream, seq) WHERE state = 'Waiting' AND stream IS NOT NULL;
CREATE INDEX deliveries_about ON deliveries (about_kind, about_id);

CREATE TABLE attempts (
    id text PRIMARY KEY,
    delivery text NOT NULL REFERENCES deliveries (id) DEFERRABLE INITIALLY DEFERRED,
    at integer NOT NULL,
    took_ms integer NOT NULL,
    outcome text NOT NULL,
    status integer,
    excerpt text
) STRICT;
CREATE INDEX attempts_delivery ON attempts (delivery);

-- The mail server of the settings is a receiver like any other: it can be down, and what is for it waits.
INSERT INTO receivers (id, name, kind, url, allow_private, timeout_ms, concurrency, pages, disabled, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'mail', 'Mail', '', 0, 30000, 4, 0, 0, 63902822400000000);
INSERT INTO circuits (receiver, failures) VALUES ('00000000-0000-7000-8000-000000000001', 0);
