-- What a place that somebody described in words is on the platform, as kind/id; null while nobody has said.
ALTER TABLE cases ADD COLUMN means text;
