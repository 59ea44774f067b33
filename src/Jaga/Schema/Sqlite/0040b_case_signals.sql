-- Fingerprints of what a case is about, as it was checked: what goes to the house's own bank when it is decided to be illegal.
CREATE TABLE case_signals (
    "case" text NOT NULL REFERENCES cases (id),
    type text NOT NULL,
    value blob NOT NULL,
    quality integer,
    content blob,
    PRIMARY KEY ("case", type, value)
) STRICT;
