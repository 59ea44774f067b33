-- A quarter of what a sender takes is of the newest, whatever waits before them.
CREATE INDEX deliveries_newest ON deliveries (receiver, seq) WHERE state = 'Waiting';

-- A page of a case shows its nearest findings first, of a hundred thousand too.
CREATE INDEX findings_nearest ON findings ("case", distance, id);
DROP INDEX findings_case;

-- Which case is already somebody's.
CREATE INDEX cases_leased ON cases (leased_by, id) WHERE state = 'Open' AND leased_by IS NOT NULL;
