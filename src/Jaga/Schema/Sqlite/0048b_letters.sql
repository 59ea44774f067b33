-- Why an answer goes to fewer than all who signed the letter; null where it goes to all, or answers none.
ALTER TABLE letters ADD COLUMN fewer text;

-- An agency's id in another spelling was never found by its portal.
UPDATE parties SET agency = lower(trim(agency, '{}() ')) WHERE agency IS NOT NULL;
