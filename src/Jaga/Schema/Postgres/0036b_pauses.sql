-- When the leads were last told of a clock that stands still, and those that do.
ALTER TABLE pauses ADD COLUMN told_at timestamptz;
CREATE INDEX pauses_lasting ON pauses (starts_at) WHERE ends_at IS NULL;
