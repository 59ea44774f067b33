CREATE TABLE audit_head (id integer PRIMARY KEY CHECK (id = 1), size integer NOT NULL, frontier blob NOT NULL) STRICT;
INSERT INTO audit_head (id, size, frontier) VALUES (1, 0, x'');

CREATE TABLE audit_lines (
    seq integer PRIMARY KEY,
    at integer NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    why text NOT NULL,
    details text NOT NULL,
    leaf blob NOT NULL
) STRICT;
CREATE INDEX audit_lines_subject ON audit_lines (subject_kind, subject_id, seq);
CREATE INDEX audit_lines_action ON audit_lines (action, seq);

CREATE TABLE audit_tiles (
    level integer NOT NULL,
    number integer NOT NULL,
    hashes blob NOT NULL,
    root blob NOT NULL,
    PRIMARY KEY (level, number)
) STRICT;

CREATE TABLE audit_checkpoints (size integer PRIMARY KEY, at integer NOT NULL, note text NOT NULL) STRICT;

-- Append-only. An INSERT OR REPLACE removes rows without asking the delete triggers, so inserting over a row is refused as well.
CREATE TRIGGER audit_lines_no_update BEFORE UPDATE ON audit_lines BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_lines_no_delete BEFORE DELETE ON audit_lines BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_lines_no_replace BEFORE INSERT ON audit_lines WHEN EXISTS (SELECT 1 FROM audit_lines WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_tiles_no_update BEFORE UPDATE ON audit_tiles BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_tiles_no_delete BEFORE DELETE ON audit_tiles BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head WHEN NEW.size <= OLD.size BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
