CREATE TABLE receivers (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL,
    url text NOT NULL,
    allow_private boolean NOT NULL,
    timeout_ms integer NOT NULL,
    concurrency integer NOT NULL,
    pages boolean NOT NULL,
    disabled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    sealed_secret bytea,
    sealed_old_secret bytea,
    old_secret_until timestamptz,
    sealed_headers bytea
);

CREATE TABLE circuits (
    receiver uuid PRIMARY KEY REFERENCES receivers (id) DEFERRABLE INITIALLY DEFERRED,
    failures integer NOT NULL,
    opened_at timestamptz,
    open_until timestamptz
);

CREATE TABLE deliveries (
    seq bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL UNIQUE,
    receiver uuid NOT NULL REFERENCES receivers (id) DEFERRABLE INITIALLY DEFERRED,
    type text NOT NULL,
    body text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    stream text,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    leased_by uuid,
    leased_until timestamptz,
    attempts integer NOT NULL,
    first_failed_at timestamptz,
    last_outcome text,
    confirmed_at timestamptz,
    receipt text,
    cancelled_because text
);
CREATE INDEX deliveries_due ON deliveries (receiver, due_at, seq) WHERE state = 'Waiting';
CREATE INDEX deliveries_stream ON deliveries (receiver, stream, seq) WHERE state = 'Waiting' AND stream IS NOT NULL;
CREATE INDEX deliveries_about ON deliveries (about_kind, about_id);

CREATE TABLE attempts (
    id uuid PRIMARY KEY,
    delivery uuid NOT NULL REFERENCES deliveries (id) DEFERRABLE INITIALLY DEFERRED,
    at timestamptz NOT NULL,
    took_ms integer NOT NULL,
    outcome text NOT NULL,
    status integer,
    excerpt text
);
CREATE INDEX attempts_delivery ON attempts (delivery);

-- The mail server of the settings is a receiver like any other: it can be down, and what is for it waits.
INSERT INTO receivers (id, name, kind, url, allow_private, timeout_ms, concurrency, pages, disabled, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'mail', 'Mail', '', false, 30000, 4, false, false, '2026-01-01T00:00:00Z');
INSERT INTO circuits (receiver, failures) VALUES ('00000000-0000-7000-8000-000000000001', 0);
