-- Reports that came to the desk again because their reporters complained: of which decision, and since when.
ALTER TABLE reports ADD COLUMN against uuid REFERENCES decisions (id);
ALTER TABLE reports ADD COLUMN again_at timestamptz;
CREATE INDEX reports_against ON reports ("case") WHERE against IS NOT NULL;
