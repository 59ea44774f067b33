-- By which the picture of a report is found among its case's media.
ALTER TABLE reports ADD COLUMN picture text;
