CREATE INDEX destruction_certificates_at ON destruction_certificates (destroyed_at);

CREATE TABLE erasures (
    id text PRIMARY KEY,
    person_kind text NOT NULL,
    person_id text NOT NULL,
    reference text NOT NULL,
    asked_at integer NOT NULL,
    asked_by text NOT NULL
) STRICT;
CREATE INDEX erasures_person ON erasures (person_kind, person_id);

CREATE TABLE erasure_pieces (
    erasure_id text NOT NULL REFERENCES erasures (id),
    object_id text NOT NULL REFERENCES vault_objects (id),
    told text NOT NULL,
    until integer,
    PRIMARY KEY (erasure_id, object_id)
) STRICT;
CREATE INDEX erasure_pieces_object ON erasure_pieces (object_id);

-- What somebody was told stays as it was told.
CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures BEGIN SELECT RAISE(ABORT, 'an answer that was given is never changed'); END;
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures BEGIN SELECT RAISE(ABORT, 'an answer that was given is never removed'); END;
CREATE TRIGGER erasure_pieces_no_update BEFORE UPDATE ON erasure_pieces BEGIN SELECT RAISE(ABORT, 'an answer that was given is never changed'); END;
CREATE TRIGGER erasure_pieces_no_delete BEFORE DELETE ON erasure_pieces BEGIN SELECT RAISE(ABORT, 'an answer that was given is never removed'); END;
