-- The data of a request leaves as a package and no other way: when it was taken stands on the package.
ALTER TABLE data_requests DROP COLUMN collected_at;
