CREATE TABLE letter_files (
    id uuid PRIMARY KEY,
    letter uuid NOT NULL REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    evidence uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    length bigint NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX letter_files_letter ON letter_files (letter);

CREATE TABLE letter_templates (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    language text NOT NULL,
    version integer NOT NULL,
    UNIQUE (name, language)
);

CREATE TABLE letter_template_versions (
    id uuid PRIMARY KEY,
    template uuid NOT NULL REFERENCES letter_templates (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (template, number)
);

CREATE TABLE status_notifications (
    id uuid PRIMARY KEY,
    sha256 text NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    state text NOT NULL,
    party uuid REFERENCES parties (id) DEFERRABLE INITIALLY DEFERRED,
    delivery uuid,
    action text,
    status text,
    says text NOT NULL,
    raw bytea
);
CREATE INDEX status_notifications_aside ON status_notifications (id) WHERE state = 'SetAside';
CREATE INDEX status_notifications_party ON status_notifications (party) WHERE party IS NOT NULL;
