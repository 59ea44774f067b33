-- Reports that came to the desk again because their reporters complained: of which decision, and since when.
ALTER TABLE reports ADD COLUMN against text REFERENCES decisions (id);
ALTER TABLE reports ADD COLUMN again_at integer;
CREATE INDEX reports_against ON reports ("case") WHERE against IS NOT NULL;
