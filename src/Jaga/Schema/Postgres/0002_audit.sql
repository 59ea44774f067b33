CREATE TABLE audit_head (id integer PRIMARY KEY, size bigint NOT NULL);
INSERT INTO audit_head (id, size) VALUES (1, 0);

CREATE TABLE audit_lines (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    why text NOT NULL,
    details text NOT NULL
);
CREATE INDEX audit_lines_subject ON audit_lines (subject_kind, subject_id, seq);
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this table is append-only'; END $$;
CREATE TRIGGER audit_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_lines EXECUTE FUNCTION append_only();
