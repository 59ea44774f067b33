CREATE TABLE obligations (
    id uuid PRIMARY KEY,
    clause text NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    owed_to text NOT NULL,
    queue text NOT NULL,
    person text,
    opened_at timestamptz NOT NULL,
    first_due_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    paused_at timestamptz,
    kept_by text,
    closed_at timestamptz,
    cancelled_because text,
    ladder text NOT NULL,
    next_rung integer NOT NULL,
    next_rung_at timestamptz
);
CREATE INDEX obligations_owed ON obligations (due_at, id) WHERE state IN ('Open', 'Broken');
CREATE INDEX obligations_about ON obligations (about_kind, about_id);
CREATE INDEX obligations_next_rung ON obligations (next_rung_at) WHERE next_rung_at IS NOT NULL;

CREATE TABLE pauses (
    id uuid PRIMARY KEY,
    obligation uuid NOT NULL REFERENCES obligations (id) DEFERRABLE INITIALLY DEFERRED,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    ground text NOT NULL,
    started_by text NOT NULL
);
CREATE INDEX pauses_obligation ON pauses (obligation);

CREATE TABLE rungs (
    id uuid PRIMARY KEY,
    obligation uuid NOT NULL REFERENCES obligations (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    percent integer NOT NULL,
    whom text NOT NULL,
    due_at timestamptz NOT NULL,
    fired_at timestamptz NOT NULL,
    told boolean NOT NULL,
    UNIQUE (obligation, number)
);

CREATE TABLE notices (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    whom text NOT NULL,
    queue text NOT NULL,
    person text,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    rung uuid REFERENCES rungs (id) DEFERRABLE INITIALLY DEFERRED,
    urgent boolean NOT NULL,
    says_en text NOT NULL,
    says_id text NOT NULL
);
CREATE INDEX notices_about ON notices (about_kind, about_id);

CREATE TABLE notice_reads (
    notice uuid NOT NULL REFERENCES notices (id) DEFERRABLE INITIALLY DEFERRED,
    reader text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (notice, reader)
);
