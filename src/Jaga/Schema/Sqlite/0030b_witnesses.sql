CREATE TABLE audit_cosignatures (
    size integer NOT NULL REFERENCES audit_checkpoints (size),
    witness text NOT NULL,
    line text NOT NULL,
    at integer NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT;
CREATE TRIGGER audit_cosignatures_no_update BEFORE UPDATE ON audit_cosignatures BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_cosignatures_no_delete BEFORE DELETE ON audit_cosignatures BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TABLE audit_timestamps (
    size integer PRIMARY KEY REFERENCES audit_checkpoints (size),
    at integer NOT NULL,
    token blob NOT NULL
) STRICT;
CREATE TRIGGER audit_timestamps_no_update BEFORE UPDATE ON audit_timestamps BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_timestamps_no_delete BEFORE DELETE ON audit_timestamps BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TABLE witness_rounds (
    name text PRIMARY KEY,
    size integer NOT NULL,
    at integer NOT NULL,
    failure text
) STRICT;
