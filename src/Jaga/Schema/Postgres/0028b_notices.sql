-- Whether something was told of lately must not read all that was ever told of it.
DROP INDEX notices_about;
CREATE INDEX notices_about ON notices (about_kind, about_id, at);
-- References that are looked at when the transaction ends: while one is open, SQLite looks for what refers to each new row, and without an index in all that there ever was.
CREATE INDEX notices_rung ON notices (rung) WHERE rung IS NOT NULL;
CREATE INDEX exchanges_receiver ON exchanges (receiver);
