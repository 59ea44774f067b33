-- Which look-back met it; null where it was met when the item was checked.
ALTER TABLE sightings ADD COLUMN lookback text;

-- A look-back for one signal alone, which was out of use and counts again.
ALTER TABLE lookbacks ADD COLUMN signal integer;

-- In which frame or page it was met; null for the picture, film or file as a whole.
ALTER TABLE sightings ADD COLUMN frame integer;
ALTER TABLE findings ADD COLUMN frame integer;
