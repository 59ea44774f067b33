CREATE TABLE actions (
    id uuid PRIMARY KEY,
    verb text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    countries text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    policy text NOT NULL,
    reason text NOT NULL,
    because_kind text NOT NULL,
    because_id text NOT NULL,
    reverses uuid REFERENCES actions (id),
    state text NOT NULL,
    requested_at timestamptz NOT NULL,
    answered_at timestamptz,
    receipt text,
    note text
);
CREATE INDEX actions_state ON actions (state, id);
CREATE INDEX actions_because ON actions (because_kind, because_id);
CREATE INDEX actions_target ON actions (target_kind, target_id);
