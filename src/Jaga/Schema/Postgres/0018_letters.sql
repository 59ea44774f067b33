CREATE TABLE letters (
    id uuid PRIMARY KEY,
    direction text NOT NULL,
    title text NOT NULL,
    reference text NOT NULL,
    language text NOT NULL,
    about text,
    answers uuid REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    owner text,
    state text NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL,
    by text NOT NULL,
    due_at timestamptz,
    version integer NOT NULL,
    approved_version integer,
    approved_by text,
    done_at timestamptz,
    closed_because text
);
CREATE INDEX letters_due ON letters (due_at, id) WHERE state IN ('Open', 'Draft', 'Approved', 'Sending');
CREATE INDEX letters_answers ON letters (answers) WHERE answers IS NOT NULL;
CREATE INDEX letters_about ON letters (about) WHERE about IS NOT NULL;

CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    letter uuid NOT NULL REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    note text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (letter, number)
);

CREATE TABLE parties (
    id uuid PRIMARY KEY,
    letter uuid NOT NULL REFERENCES letters (id) DEFERRABLE INITIALLY DEFERRED,
    position integer NOT NULL,
    name text NOT NULL,
    organisation text NOT NULL,
    email text,
    postal_address text,
    agency text,
    way text NOT NULL,
    state text NOT NULL,
    delivery uuid,
    tracking text,
    receipt text,
    left_at timestamptz,
    reached_at timestamptz,
    read_at timestamptz,
    trouble text
);
CREATE INDEX parties_letter ON parties (letter, position);
CREATE INDEX parties_delivery ON parties (delivery) WHERE delivery IS NOT NULL;
CREATE INDEX parties_agency ON parties (agency) WHERE agency IS NOT NULL;
