-- A case whose decision was taken back goes into the one that was opened about the same subject meanwhile.
ALTER TABLE cases ADD COLUMN merged_into text REFERENCES cases (id);
CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;
