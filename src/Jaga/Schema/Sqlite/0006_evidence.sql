CREATE TABLE vault_blobs (
    id text PRIMARY KEY,
    sha256 text NOT NULL UNIQUE,
    length integer NOT NULL,
    file text NOT NULL UNIQUE,
    wrapped_key blob NOT NULL,
    envelope text NOT NULL,
    state text NOT NULL,
    checked_at integer NOT NULL
) STRICT;
CREATE INDEX vault_blobs_checked ON vault_blobs (checked_at);

CREATE TABLE vault_objects (
    id text PRIMARY KEY,
    blob_id text REFERENCES vault_blobs (id),
    sha256 text NOT NULL,
    sha1 text NOT NULL,
    md5 text NOT NULL,
    length integer NOT NULL,
    media_type text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    kept_at integer NOT NULL,
    kept_by text NOT NULL,
    destroy_after integer,
    destroyed_at integer,
    CHECK ((blob_id IS NULL) = (destroyed_at IS NOT NULL))
) STRICT;
CREATE INDEX vault_objects_blob ON vault_objects (blob_id);
CREATE INDEX vault_objects_about ON vault_objects (about_kind, about_id);
CREATE INDEX vault_objects_due ON vault_objects (destroy_after) WHERE destroyed_at IS NULL;

CREATE TABLE exhibits (
    id text PRIMARY KEY,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    list text NOT NULL,
    digest text NOT NULL,
    sealed_at integer NOT NULL,
    clause text NOT NULL,
    keep_until integer NOT NULL
) STRICT;
CREATE INDEX exhibits_about ON exhibits (about_kind, about_id);

CREATE TABLE exhibit_objects (
    exhibit_id text NOT NULL REFERENCES exhibits (id),
    object_id text NOT NULL REFERENCES vault_objects (id),
    PRIMARY KEY (exhibit_id, object_id)
) STRICT;
CREATE INDEX exhibit_objects_object ON exhibit_objects (object_id);

CREATE TABLE legal_holds (
    id text PRIMARY KEY,
    over_kind text NOT NULL,
    over_id text NOT NULL,
    matter text NOT NULL,
    placed_at integer NOT NULL,
    lifted_at integer
) STRICT;

CREATE TABLE destruction_certificates (
    id text PRIMARY KEY,
    object_id text NOT NULL REFERENCES vault_objects (id),
    sha256 text NOT NULL,
    length integer NOT NULL,
    kept_at integer NOT NULL,
    due_at integer NOT NULL,
    destroyed_at integer NOT NULL,
    bytes_erased integer NOT NULL
) STRICT;
CREATE INDEX destruction_certificates_object ON destruction_certificates (object_id);

-- What was sealed stays as it was sealed, and what was certified as it was certified.
CREATE TRIGGER exhibits_no_update BEFORE UPDATE ON exhibits BEGIN SELECT RAISE(ABORT, 'an exhibit is never changed'); END;
CREATE TRIGGER exhibits_no_delete BEFORE DELETE ON exhibits BEGIN SELECT RAISE(ABORT, 'an exhibit is never removed'); END;
CREATE TRIGGER exhibit_objects_no_update BEFORE UPDATE ON exhibit_objects BEGIN SELECT RAISE(ABORT, 'an exhibit is never changed'); END;
CREATE TRIGGER exhibit_objects_no_delete BEFORE DELETE ON exhibit_objects BEGIN SELECT RAISE(ABORT, 'an exhibit is never changed'); END;
CREATE TRIGGER destruction_certificates_no_update BEFORE UPDATE ON destruction_certificates BEGIN SELECT RAISE(ABORT, 'a certificate is never changed'); END;
CREATE TRIGGER destruction_certificates_no_delete BEFORE DELETE ON destruction_certificates BEGIN SELECT RAISE(ABORT, 'a certificate is never removed'); END;
CREATE TRIGGER vault_objects_no_delete BEFORE DELETE ON vault_objects BEGIN SELECT RAISE(ABORT, 'the row of evidence outlives the evidence'); END;
CREATE TRIGGER vault_objects_retention BEFORE UPDATE ON vault_objects WHEN NEW.destroy_after IS NOT OLD.destroy_after AND (OLD.destroy_after IS NULL OR NEW.destroy_after < OLD.destroy_after) BEGIN SELECT RAISE(ABORT, 'retention is never shortened'); END;
