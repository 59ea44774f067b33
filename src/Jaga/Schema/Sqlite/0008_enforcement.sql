CREATE TABLE actions (
    id text PRIMARY KEY,
    verb text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    countries text,
    starts_at integer NOT NULL,
    ends_at integer,
    policy text NOT NULL,
    reason text NOT NULL,
    because_kind text NOT NULL,
    because_id text NOT NULL,
    reverses text REFERENCES actions (id),
    state text NOT NULL,
    requested_at integer NOT NULL,
    answered_at integer,
    receipt text,
    note text
) STRICT;
CREATE INDEX actions_state ON actions (state, id);
CREATE INDEX actions_because ON actions (because_kind, because_id);
CREATE INDEX actions_target ON actions (target_kind, target_id);
