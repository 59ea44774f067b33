-- Whether the authority restored access, which the platform had asked for.
ALTER TABLE order_answers ADD COLUMN restored integer;
