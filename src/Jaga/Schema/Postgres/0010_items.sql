CREATE TABLE items (
    id uuid PRIMARY KEY,
    external_id text NOT NULL,
    kind text NOT NULL,
    account text,
    "group" text,
    url text,
    name text,
    surface text,
    visibility text NOT NULL,
    region text,
    uploaded_at timestamptz,
    publicly_available boolean,
    received_at timestamptz NOT NULL,
    verdict text NOT NULL,
    outcome text NOT NULL,
    reason text,
    format text,
    width integer NOT NULL,
    height integer NOT NULL,
    size bigint NOT NULL,
    md5 bytea,
    sha1 bytea,
    sha256 bytea,
    pdq bytea,
    quality integer,
    "case" uuid,
    sent_by text NOT NULL
);
CREATE INDEX items_external ON items (external_id, id);
CREATE INDEX items_account ON items (account, id);
CREATE INDEX items_group ON items ("group", id);
CREATE INDEX items_case ON items ("case", id) WHERE "case" IS NOT NULL;
