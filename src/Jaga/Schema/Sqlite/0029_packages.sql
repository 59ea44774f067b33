CREATE TABLE encryption_keys (
    id text PRIMARY KEY,
    agency text NOT NULL REFERENCES agencies (id),
    armored text NOT NULL,
    fingerprint text NOT NULL,
    names text NOT NULL,
    algorithm text NOT NULL,
    created_at integer NOT NULL,
    expires_at integer,
    added_by text NOT NULL,
    added_by_name text NOT NULL,
    added_at integer NOT NULL,
    confirmed_by text,
    confirmed_by_name text,
    confirmed_at integer,
    confirmed_how text,
    retired_at integer
) STRICT;
CREATE INDEX encryption_keys_agency ON encryption_keys (agency, added_at);

CREATE TABLE profile_settings (
    profile text PRIMARY KEY,
    unencrypted integer NOT NULL,
    why text NOT NULL,
    set_by text NOT NULL,
    set_by_name text NOT NULL,
    set_at integer NOT NULL
) STRICT;

CREATE TABLE packages (
    id text PRIMARY KEY,
    number text NOT NULL UNIQUE,
    profile text NOT NULL,
    agency text NOT NULL REFERENCES agencies (id),
    category text NOT NULL,
    why text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    prepared_by text NOT NULL,
    prepared_by_name text NOT NULL,
    prepared_at integer NOT NULL,
    seen text,
    matters text,
    released_by text,
    released_by_name text,
    released_at integer,
    withdrawn_at integer,
    withdrawn_because text,
    exhibit text REFERENCES exhibits (id),
    evidence text REFERENCES vault_objects (id),
    sha256 text,
    length integer,
    key text REFERENCES encryption_keys (id),
    fingerprint text,
    built_at integer,
    building_until integer,
    built_bytes integer NOT NULL,
    total_bytes integer NOT NULL,
    halted text,
    taken_at integer,
    taken_by text,
    received_at integer,
    received_by text,
    receipt text,
    by_hand integer NOT NULL,
    version integer NOT NULL,
    CHECK (state <> 'Ready' OR evidence IS NOT NULL),
    CHECK ((state = 'Received') = (received_at IS NOT NULL))
) STRICT;
CREATE INDEX packages_agency ON packages (agency, id);
CREATE INDEX packages_state ON packages (state, id);

CREATE TABLE package_subjects (
    package text NOT NULL REFERENCES packages (id),
    position integer NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    PRIMARY KEY (package, position)
) STRICT;
CREATE INDEX package_subjects_about ON package_subjects (about_kind, about_id);
