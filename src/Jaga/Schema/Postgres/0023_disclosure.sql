CREATE TABLE data_requests (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    agency text NOT NULL,
    sent_by text NOT NULL,
    regime text NOT NULL,
    legal_basis text NOT NULL,
    offence text,
    max_penalty_months integer,
    purpose text NOT NULL,
    description text NOT NULL,
    "from" timestamptz,
    until timestamptz,
    classes text NOT NULL,
    emergency text,
    emergency_reason text,
    emergency_accepted boolean,
    emergency_because text,
    language text NOT NULL,
    reference text,
    contact text,
    received_at timestamptz NOT NULL,
    state text NOT NULL,
    answered_at timestamptz,
    data uuid,
    exhibit uuid,
    given text,
    collected_at timestamptz,
    version integer NOT NULL
);
CREATE INDEX data_requests_agency ON data_requests (agency, id);
CREATE INDEX data_requests_state ON data_requests (state, id);

CREATE TABLE data_subjects (
    request uuid NOT NULL REFERENCES data_requests (id),
    position integer NOT NULL,
    about_kind text NOT NULL,
    about_id text NOT NULL,
    PRIMARY KEY (request, position)
);

CREATE TABLE data_documents (
    id uuid PRIMARY KEY,
    request uuid NOT NULL REFERENCES data_requests (id),
    kind text NOT NULL,
    number text NOT NULL,
    issued_on date NOT NULL,
    issuer text NOT NULL,
    evidence uuid NOT NULL,
    media_type text NOT NULL,
    added_at timestamptz NOT NULL,
    accepted boolean,
    covers text NOT NULL,
    covers_members boolean NOT NULL,
    checked_by text,
    checked_at timestamptz,
    because text
);
CREATE INDEX data_documents_request ON data_documents (request, id);

CREATE TABLE data_answers (
    id uuid PRIMARY KEY,
    request uuid NOT NULL REFERENCES data_requests (id),
    outcome text NOT NULL,
    classes text NOT NULL,
    by_emergency text NOT NULL,
    ground text,
    checked text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    released_by text,
    released_at timestamptz,
    rejected_by text,
    rejected_at timestamptz,
    rejected_because text,
    asked text
);
CREATE INDEX data_answers_request ON data_answers (request, id);
-- A request is answered once.
CREATE UNIQUE INDEX data_answers_released ON data_answers (request) WHERE released_at IS NOT NULL;

CREATE TABLE data_clarifications (
    id uuid PRIMARY KEY,
    request uuid NOT NULL REFERENCES data_requests (id),
    question text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    answer text,
    answered_by text,
    answered_at timestamptz
);
CREATE INDEX data_clarifications_request ON data_clarifications (request, id);
-- One question at a time: the clock stands still once.
CREATE UNIQUE INDEX data_clarifications_open ON data_clarifications (request) WHERE answered_at IS NULL;
