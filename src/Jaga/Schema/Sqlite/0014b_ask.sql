-- What each key of the match service asked, a row a day (UTC).
CREATE TABLE ask_usages (
    key text NOT NULL,
    day text NOT NULL,
    asked integer NOT NULL,
    known integer NOT NULL,
    PRIMARY KEY (key, day)
) STRICT;
CREATE INDEX ask_usages_day ON ask_usages (day);
