ALTER TABLE objections ADD COLUMN outcome text;
ALTER TABLE objections ADD COLUMN answer_words text;
ALTER TABLE objections ADD COLUMN answered_by text;
ALTER TABLE objections ADD COLUMN answered_at integer;
CREATE INDEX objections_waiting ON objections (id) WHERE answered_at IS NULL;
