-- Of an account only its items in cases are asked for, of a group or a case none. Of what is sent under one id the newest is, and a time is shorter than a row's id.
-- A check writes one or two places less, each in a page of its own, and the place that is left is half as long.
DROP INDEX items_account;
DROP INDEX items_group;
DROP INDEX items_case;
DROP INDEX items_external;
CREATE INDEX items_account ON items (account, "case") WHERE "case" IS NOT NULL;
CREATE INDEX items_external ON items (external_id, received_at);
