-- What belongs to no account or group needs no place among them: a check writes one or two places less.
DROP INDEX items_account;
DROP INDEX items_group;
CREATE INDEX items_account ON items (account, id) WHERE account IS NOT NULL;
CREATE INDEX items_group ON items ("group", id) WHERE "group" IS NOT NULL;
