CREATE TABLE items (
    id text PRIMARY KEY,
    external_id text NOT NULL,
    kind text NOT NULL,
    account text,
    "group" text,
    url text,
    name text,
    surface text,
    visibility text NOT NULL,
    region text,
    uploaded_at integer,
    publicly_available integer,
    received_at integer NOT NULL,
    verdict text NOT NULL,
    outcome text NOT NULL,
    reason text,
    format text,
    width integer NOT NULL,
    height integer NOT NULL,
    size integer NOT NULL,
    md5 blob,
    sha1 blob,
    sha256 blob,
    pdq blob,
    quality integer,
    "case" text,
    sent_by text NOT NULL
) STRICT;
CREATE INDEX items_external ON items (external_id, id);
CREATE INDEX items_account ON items (account, id);
CREATE INDEX items_group ON items ("group", id);
CREATE INDEX items_case ON items ("case", id) WHERE "case" IS NOT NULL;
