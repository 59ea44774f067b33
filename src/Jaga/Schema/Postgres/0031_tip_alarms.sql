ALTER TABLE tip_accounts ADD COLUMN schema_changed_at timestamptz;
ALTER TABLE tip_accounts ADD COLUMN schema_change text;
ALTER TABLE tip_accounts ADD COLUMN trouble text;
ALTER TABLE referrals ADD COLUMN follows uuid;
