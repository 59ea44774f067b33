-- What each key of the match service asked, a row a day (UTC).
CREATE TABLE ask_usages (
    key text NOT NULL,
    day text NOT NULL,
    asked bigint NOT NULL,
    known bigint NOT NULL,
    PRIMARY KEY (key, day)
);
CREATE INDEX ask_usages_day ON ask_usages (day);
