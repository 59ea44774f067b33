CREATE TABLE audit_head (id integer PRIMARY KEY, size integer NOT NULL) STRICT;
INSERT INTO audit_head (id, size) VALUES (1, 0);

CREATE TABLE audit_lines (
    seq integer PRIMARY KEY,
    at integer NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    why text NOT NULL,
    details text NOT NULL
) STRICT;
CREATE INDEX audit_lines_subject ON audit_lines (subject_kind, subject_id, seq);
CREATE TRIGGER audit_lines_no_update BEFORE UPDATE ON audit_lines BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_lines_no_delete BEFORE DELETE ON audit_lines BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
