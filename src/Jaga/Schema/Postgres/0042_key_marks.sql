-- By which a database knows the master key under which it was written; one row.
CREATE TABLE key_marks (
    id integer PRIMARY KEY CHECK (id = 1),
    mark text NOT NULL
);
