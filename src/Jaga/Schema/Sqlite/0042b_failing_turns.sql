-- Since when a recurring duty has not gone well.
ALTER TABLE recurring_turns ADD COLUMN failing_since integer;
