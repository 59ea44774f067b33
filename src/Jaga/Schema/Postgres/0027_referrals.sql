CREATE TABLE referrals (
    id uuid PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    authority text NOT NULL,
    production boolean NOT NULL,
    state text NOT NULL,
    sealed_draft bytea NOT NULL,
    version integer NOT NULL,
    drafted_at timestamptz NOT NULL,
    drafted_by text NOT NULL,
    signed_by text,
    signed_at timestamptz,
    report_id bigint,
    generation integer NOT NULL,
    opened_at timestamptz,
    touched_at timestamptz,
    finished_at timestamptz,
    retract_because text,
    retracted_at timestamptz,
    due_at timestamptz,
    failures integer NOT NULL,
    halted text,
    leased_by uuid,
    leased_until timestamptz,
    CHECK (state <> 'Opened' OR report_id IS NOT NULL),
    CHECK ((state = 'Finished') = (finished_at IS NOT NULL))
);
CREATE INDEX referrals_about ON referrals (about_kind, about_id);
CREATE INDEX referrals_due ON referrals (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE referral_files (
    id uuid PRIMARY KEY,
    referral uuid NOT NULL REFERENCES referrals (id),
    number integer NOT NULL,
    evidence uuid NOT NULL REFERENCES vault_objects (id),
    md5 text NOT NULL,
    length bigint NOT NULL,
    sealed_details bytea NOT NULL,
    file_id text,
    uploaded_at timestamptz,
    described_at timestamptz,
    UNIQUE (referral, number)
);

CREATE TABLE referral_calls (
    id uuid PRIMARY KEY,
    referral uuid NOT NULL REFERENCES referrals (id),
    generation integer NOT NULL,
    at timestamptz NOT NULL,
    path text NOT NULL,
    status integer NOT NULL,
    code integer,
    says text NOT NULL,
    request_id text,
    took_ms integer NOT NULL,
    sealed_request bytea,
    sealed_response bytea
);
CREATE INDEX referral_calls_referral ON referral_calls (referral, at);

CREATE TABLE tip_accounts (
    production boolean PRIMARY KEY,
    user_name text NOT NULL,
    sealed_password bytea NOT NULL,
    address text,
    changed_at timestamptz NOT NULL,
    schema bytea,
    schema_sha256 text,
    schema_at timestamptz
);
