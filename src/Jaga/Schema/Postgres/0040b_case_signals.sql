-- Fingerprints of what a case is about, as it was checked: what goes to the house's own bank when it is decided to be illegal.
CREATE TABLE case_signals (
    "case" uuid NOT NULL REFERENCES cases (id),
    type text NOT NULL,
    value bytea NOT NULL,
    quality integer,
    content bytea,
    PRIMARY KEY ("case", type, value)
);
