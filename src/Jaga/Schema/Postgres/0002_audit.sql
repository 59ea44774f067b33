CREATE TABLE audit_head (id integer PRIMARY KEY CHECK (id = 1), size bigint NOT NULL, frontier bytea NOT NULL);
INSERT INTO audit_head (id, size, frontier) VALUES (1, 0, '');

CREATE TABLE audit_lines (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    why text NOT NULL,
    details text NOT NULL,
    leaf bytea NOT NULL
);
CREATE INDEX audit_lines_subject ON audit_lines (subject_kind, subject_id, seq);
CREATE INDEX audit_lines_action ON audit_lines (action, seq);

CREATE TABLE audit_tiles (
    level integer NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    root bytea NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE audit_checkpoints (size bigint PRIMARY KEY, at timestamptz NOT NULL, note text NOT NULL);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this table is append-only'; END $$;
CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.size <= OLD.size THEN RAISE EXCEPTION 'the audit log only grows'; END IF; RETURN NEW; END $$;
CREATE TRIGGER audit_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_lines EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_tiles_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_tiles EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head EXECUTE FUNCTION append_only();
