CREATE TABLE staff (
    id text PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    language text NOT NULL,
    roles text NOT NULL,
    password_hash text,
    security_stamp text NOT NULL,
    totp_secret blob,
    totp_since integer,
    totp_last_step integer NOT NULL,
    recovery_codes text NOT NULL,
    failed_sign_ins integer NOT NULL,
    locked_until integer,
    created_at integer NOT NULL,
    disabled_at integer
) STRICT;

CREATE TABLE staff_passkeys (
    id text PRIMARY KEY,
    staff_id text NOT NULL REFERENCES staff (id),
    credential_id blob NOT NULL UNIQUE,
    public_key blob NOT NULL,
    name text NOT NULL,
    sign_count integer NOT NULL,
    transports text NOT NULL,
    is_user_verified integer NOT NULL,
    is_backup_eligible integer NOT NULL,
    is_backed_up integer NOT NULL,
    attestation_object blob NOT NULL,
    client_data_json blob NOT NULL,
    created_at integer NOT NULL,
    used_at integer
) STRICT;
CREATE INDEX staff_passkeys_staff ON staff_passkeys (staff_id);

CREATE TABLE staff_links (
    id text PRIMARY KEY,
    kind text NOT NULL,
    staff_id text REFERENCES staff (id),
    hash blob NOT NULL UNIQUE,
    expires_at integer NOT NULL,
    used_at integer
) STRICT;
CREATE UNIQUE INDEX staff_links_set_up ON staff_links (kind) WHERE kind = 'SetUp';

CREATE TABLE sessions (
    id text PRIMARY KEY,
    staff_id text NOT NULL REFERENCES staff (id),
    hash blob NOT NULL UNIQUE,
    method text NOT NULL,
    address text NOT NULL,
    browser text NOT NULL,
    created_at integer NOT NULL,
    seen_at integer NOT NULL,
    expires_at integer NOT NULL,
    ended_at integer
) STRICT;
CREATE INDEX sessions_staff ON sessions (staff_id, created_at);

CREATE TABLE api_keys (
    id text PRIMARY KEY,
    prefix text NOT NULL UNIQUE,
    hash blob NOT NULL,
    name text NOT NULL,
    scopes text NOT NULL,
    platform text,
    created_by text NOT NULL,
    created_at integer NOT NULL,
    expires_at integer,
    revoked_at integer,
    used_at integer
) STRICT;
