ALTER TABLE flaggers ADD COLUMN receiver text;
ALTER TABLE flaggers ADD COLUMN ended_at integer;
-- What a decision has to be told to a flagger's program, one report after the other.
CREATE INDEX reports_flagged ON reports (decision, id) WHERE via = 'Flagger';
