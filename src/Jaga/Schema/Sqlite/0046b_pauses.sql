-- When a pause ends by what was set for it; until then nobody is reminded of it.
ALTER TABLE pauses ADD COLUMN ends_by integer;
UPDATE pauses SET ends_by = (
    SELECT s.withheld_until FROM obligations o JOIN statements s ON s.id = o.about_id
    WHERE o.id = pauses.obligation AND o.about_kind = 'statement' AND s.state = 'Withheld')
WHERE ends_at IS NULL;
