CREATE TABLE vault_blobs (
    id uuid PRIMARY KEY,
    sha256 text NOT NULL UNIQUE,
    length bigint NOT NULL,
    file uuid NOT NULL UNIQUE,
    wrapped_key bytea NOT NULL,
    envelope text NOT NULL,
    state text NOT NULL,
    checked_at timestamptz NOT NULL
);
CREATE INDEX vault_blobs_checked ON vault_blobs (checked_at);

CREATE TABLE vault_objects (
    id uuid PRIMARY KEY,
    blob_id uuid REFERENCES vault_blobs (id),
    sha256 text NOT NULL,
    sha1 text NOT NULL,
    md5 text NOT NULL,
    length bigint NOT NULL,
    media_type text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    kept_at timestamptz NOT NULL,
    kept_by text NOT NULL,
    destroy_after timestamptz,
    destroyed_at timestamptz,
    CHECK ((blob_id IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX vault_objects_blob ON vault_objects (blob_id);
CREATE INDEX vault_objects_about ON vault_objects (about_kind, about_id);
CREATE INDEX vault_objects_due ON vault_objects (destroy_after) WHERE destroyed_at IS NULL;

CREATE TABLE exhibits (
    id uuid PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    list text NOT NULL,
    digest text NOT NULL,
    sealed_at timestamptz NOT NULL,
    clause text NOT NULL,
    keep_until timestamptz NOT NULL
);
CREATE INDEX exhibits_about ON exhibits (about_kind, about_id);

CREATE TABLE exhibit_objects (
    exhibit_id uuid NOT NULL REFERENCES exhibits (id),
    object_id uuid NOT NULL REFERENCES vault_objects (id),
    PRIMARY KEY (exhibit_id, object_id)
);
CREATE INDEX exhibit_objects_object ON exhibit_objects (object_id);

CREATE TABLE legal_holds (
    id uuid PRIMARY KEY,
    over_kind text NOT NULL,
    over_id text NOT NULL,
    matter text NOT NULL,
    placed_at timestamptz NOT NULL,
    lifted_at timestamptz
);

CREATE TABLE destruction_certificates (
    id uuid PRIMARY KEY,
    object_id uuid NOT NULL REFERENCES vault_objects (id),
    sha256 text NOT NULL,
    length bigint NOT NULL,
    kept_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    destroyed_at timestamptz NOT NULL,
    bytes_erased boolean NOT NULL
);
CREATE INDEX destruction_certificates_object ON destruction_certificates (object_id);

-- What was sealed stays as it was sealed, and what was certified as it was certified.
CREATE FUNCTION retention_never_shortened() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.destroy_after IS DISTINCT FROM OLD.destroy_after AND (OLD.destroy_after IS NULL OR NEW.destroy_after < OLD.destroy_after) THEN RAISE EXCEPTION 'retention is never shortened'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exhibits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exhibits EXECUTE FUNCTION append_only();
CREATE TRIGGER exhibit_objects_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exhibit_objects EXECUTE FUNCTION append_only();
CREATE TRIGGER destruction_certificates_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON destruction_certificates EXECUTE FUNCTION append_only();
CREATE TRIGGER vault_objects_stay BEFORE DELETE OR TRUNCATE ON vault_objects EXECUTE FUNCTION append_only();
CREATE TRIGGER vault_objects_retention BEFORE UPDATE ON vault_objects FOR EACH ROW EXECUTE FUNCTION retention_never_shortened();
