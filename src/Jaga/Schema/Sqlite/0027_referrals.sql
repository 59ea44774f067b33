CREATE TABLE referrals (
    id text PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    authority text NOT NULL,
    production integer NOT NULL,
    state text NOT NULL,
    sealed_draft blob NOT NULL,
    version integer NOT NULL,
    drafted_at integer NOT NULL,
    drafted_by text NOT NULL,
    signed_by text,
    signed_at integer,
    report_id integer,
    generation integer NOT NULL,
    opened_at integer,
    touched_at integer,
    finished_at integer,
    retract_because text,
    retracted_at integer,
    due_at integer,
    failures integer NOT NULL,
    halted text,
    leased_by text,
    leased_until integer,
    CHECK (state <> 'Opened' OR report_id IS NOT NULL),
    CHECK ((state = 'Finished') = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX referrals_about ON referrals (about_kind, about_id);
CREATE INDEX referrals_due ON referrals (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE referral_files (
    id text PRIMARY KEY,
    referral text NOT NULL REFERENCES referrals (id),
    number integer NOT NULL,
    evidence text NOT NULL REFERENCES vault_objects (id),
    md5 text NOT NULL,
    length integer NOT NULL,
    sealed_details blob NOT NULL,
    file_id text,
    uploaded_at integer,
    described_at integer,
    UNIQUE (referral, number)
) STRICT;

CREATE TABLE referral_calls (
    id text PRIMARY KEY,
    referral text NOT NULL REFERENCES referrals (id),
    generation integer NOT NULL,
    at integer NOT NULL,
    path text NOT NULL,
    status integer NOT NULL,
    code integer,
    says text NOT NULL,
    request_id text,
    took_ms integer NOT NULL,
    sealed_request blob,
    sealed_response blob
) STRICT;
CREATE INDEX referral_calls_referral ON referral_calls (referral, at);

CREATE TABLE tip_accounts (
    production integer PRIMARY KEY,
    user_name text NOT NULL,
    sealed_password blob NOT NULL,
    address text,
    changed_at integer NOT NULL,
    schema blob,
    schema_sha256 text,
    schema_at integer
) STRICT;
