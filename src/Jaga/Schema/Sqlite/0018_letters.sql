CREATE TABLE letters (
    id text PRIMARY KEY,
    direction text NOT NULL,
    title text NOT NULL,
    reference text NOT NULL,
    language text NOT NULL,
    about text,
    answers text REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    owner text,
    state text NOT NULL,
    body text NOT NULL,
    at integer NOT NULL,
    by text NOT NULL,
    due_at integer,
    version integer NOT NULL,
    approved_version integer,
    approved_by text,
    done_at integer,
    closed_because text
) STRICT;
CREATE INDEX letters_due ON letters (due_at, id) WHERE state IN ('Open', 'Draft', 'Approved', 'Sending');
CREATE INDEX letters_answers ON letters (answers) WHERE answers IS NOT NULL;
CREATE INDEX letters_about ON letters (about) WHERE about IS NOT NULL;

CREATE TABLE drafts (
    id text PRIMARY KEY,
    letter text NOT NULL REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    note text NOT NULL,
    by text NOT NULL,
    at integer NOT NULL,
    UNIQUE (letter, number)
) STRICT;

CREATE TABLE parties (
    id text PRIMARY KEY,
    letter text NOT NULL REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    position integer NOT NULL,
    name text NOT NULL,
    organisation text NOT NULL,
    email text,
    postal_address text,
    agency text,
    way text NOT NULL,
    state text NOT NULL,
    delivery text,
    tracking text,
    receipt text,
    left_at integer,
    reached_at integer,
    read_at integer,
    trouble text
) STRICT;
CREATE INDEX parties_letter ON parties (letter, position);
CREATE INDEX parties_delivery ON parties (delivery) WHERE delivery IS NOT NULL;
CREATE INDEX parties_agency ON parties (agency) WHERE agency IS NOT NULL;
