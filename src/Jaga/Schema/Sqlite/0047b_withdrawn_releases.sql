-- A release may be taken back while nothing was handed over: a document that it rests on proved false.
ALTER TABLE data_answers ADD COLUMN withdrawn_by text;
ALTER TABLE data_answers ADD COLUMN withdrawn_at integer;
ALTER TABLE data_answers ADD COLUMN withdrawn_because text;
DROP INDEX data_answers_released;
-- A request is answered once.
CREATE UNIQUE INDEX data_answers_released ON data_answers (request) WHERE released_at IS NOT NULL AND withdrawn_at IS NULL;
