CREATE TABLE audit_cosignatures (
    size bigint NOT NULL REFERENCES audit_checkpoints (size),
    witness text NOT NULL,
    line text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (size, witness)
);
CREATE TRIGGER audit_cosignatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_cosignatures EXECUTE FUNCTION append_only();

CREATE TABLE audit_timestamps (
    size bigint PRIMARY KEY REFERENCES audit_checkpoints (size),
    at timestamptz NOT NULL,
    token bytea NOT NULL
);
CREATE TRIGGER audit_timestamps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_timestamps EXECUTE FUNCTION append_only();

CREATE TABLE witness_rounds (
    name text PRIMARY KEY,
    size bigint NOT NULL,
    at timestamptz NOT NULL,
    failure text
);
