-- How the agency came to have an answer without data, or a question.
ALTER TABLE data_answers ADD COLUMN read_at timestamptz;
ALTER TABLE data_answers ADD COLUMN served_at timestamptz;
ALTER TABLE data_answers ADD COLUMN served_by text;
ALTER TABLE data_clarifications ADD COLUMN read_at timestamptz;
ALTER TABLE data_clarifications ADD COLUMN served_at timestamptz;
ALTER TABLE data_clarifications ADD COLUMN served_by text;

-- So far what was owed was kept, and the clock stood still, by lying at the door.
UPDATE data_answers SET served_at = released_at, served_by = 'receipt/door-' || id WHERE released_at IS NOT NULL AND asked IS NULL;
UPDATE data_clarifications SET served_at = asked_at, served_by = 'receipt/door-' || id;

-- Entered by staff, from a letter.
ALTER TABLE data_requests ADD COLUMN by_staff boolean NOT NULL DEFAULT false;
UPDATE data_requests SET by_staff = true WHERE sent_by IN (SELECT 'staff:' || id::text FROM staff WHERE speaks_for IS NULL);
