CREATE TABLE letter_files (
    id text PRIMARY KEY,
    letter text NOT NULL REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    evidence text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    length integer NOT NULL,
    at integer NOT NULL
) STRICT;
CREATE INDEX letter_files_letter ON letter_files (letter);

CREATE TABLE letter_templates (
    id text PRIMARY KEY,
    name text NOT NULL,
    language text NOT NULL,
    version integer NOT NULL,
    UNIQUE (name, language)
) STRICT;

CREATE TABLE letter_template_versions (
    id text PRIMARY KEY,
    template text NOT NULL REFERENCES letter_templates (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    by text NOT NULL,
    at integer NOT NULL,
    UNIQUE (template, number)
) STRICT;

CREATE TABLE status_notifications (
    id text PRIMARY KEY,
    sha256 text NOT NULL UNIQUE,
    at integer NOT NULL,
    state text NOT NULL,
    party text REFERENCES parties (id) DEFERRABLE INITIALLY DEFERRED,
    delivery text,
    action text,
    status text,
    says text NOT NULL,
    raw blob
) STRICT;
CREATE INDEX status_notifications_aside ON status_notifications (id) WHERE state = 'SetAside';
CREATE INDEX status_notifications_party ON status_notifications (party) WHERE party IS NOT NULL;
