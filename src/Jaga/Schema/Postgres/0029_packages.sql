CREATE TABLE encryption_keys (
    id uuid PRIMARY KEY,
    agency uuid NOT NULL REFERENCES agencies (id),
    armored text NOT NULL,
    fingerprint text NOT NULL,
    names text NOT NULL,
    algorithm text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    added_by text NOT NULL,
    added_by_name text NOT NULL,
    added_at timestamptz NOT NULL,
    confirmed_by text,
    confirmed_by_name text,
    confirmed_at timestamptz,
    confirmed_how text,
    retired_at timestamptz
);
CREATE INDEX encryption_keys_agency ON encryption_keys (agency, added_at);

CREATE TABLE profile_settings (
    profile text PRIMARY KEY,
    unencrypted boolean NOT NULL,
    why text NOT NULL,
    set_by text NOT NULL,
    set_by_name text NOT NULL,
    set_at timestamptz NOT NULL
);

CREATE TABLE packages (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    profile text NOT NULL,
    agency uuid NOT NULL REFERENCES agencies (id),
    category text NOT NULL,
    why text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    prepared_by text NOT NULL,
    prepared_by_name text NOT NULL,
    prepared_at timestamptz NOT NULL,
    seen text,
    matters text,
    released_by text,
    released_by_name text,
    released_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_because text,
    exhibit uuid REFERENCES exhibits (id),
    evidence uuid REFERENCES vault_objects (id),
    sha256 text,
    length bigint,
    key uuid REFERENCES encryption_keys (id),
    fingerprint text,
    built_at timestamptz,
    building_until timestamptz,
    built_bytes bigint NOT NULL,
    total_bytes bigint NOT NULL,
    halted text,
    taken_at timestamptz,
    taken_by text,
    received_at timestamptz,
    received_by text,
    receipt text,
    by_hand boolean NOT NULL,
    version integer NOT NULL,
    CHECK (state <> 'Ready' OR evidence IS NOT NULL),
    CHECK ((state = 'Received') = (received_at IS NOT NULL))
);
CREATE INDEX packages_agency ON packages (agency, id);
CREATE INDEX packages_state ON packages (state, id);

CREATE TABLE package_subjects (
    package uuid NOT NULL REFERENCES packages (id),
    position integer NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    PRIMARY KEY (package, position)
);
CREATE INDEX package_subjects_about ON package_subjects (about_kind, about_id);
