CREATE INDEX destruction_certificates_at ON destruction_certificates (destroyed_at);

CREATE TABLE erasures (
    id uuid PRIMARY KEY,
    person_kind text NOT NULL,
    person_id text NOT NULL,
    reference text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL
);
CREATE INDEX erasures_person ON erasures (person_kind, person_id);

CREATE TABLE erasure_pieces (
    erasure_id uuid NOT NULL REFERENCES erasures (id),
    object_id uuid NOT NULL REFERENCES vault_objects (id),
    told text NOT NULL,
    until timestamptz,
    PRIMARY KEY (erasure_id, object_id)
);
CREATE INDEX erasure_pieces_object ON erasure_pieces (object_id);

-- What somebody was told stays as it was told.
CREATE TRIGGER erasures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON erasures EXECUTE FUNCTION append_only();
CREATE TRIGGER erasure_pieces_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON erasure_pieces EXECUTE FUNCTION append_only();
