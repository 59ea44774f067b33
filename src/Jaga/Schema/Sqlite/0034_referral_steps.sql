ALTER TABLE referrals ADD COLUMN not_before integer;
ALTER TABLE referrals ADD COLUMN setbacks integer NOT NULL DEFAULT 0;
ALTER TABLE referral_files ADD COLUMN missed_at integer;
ALTER TABLE tip_accounts ADD COLUMN locked_at integer;
ALTER TABLE tip_accounts ADD COLUMN probe_at integer;
ALTER TABLE jobs ADD COLUMN told_at integer;
