ALTER TABLE referrals ADD COLUMN not_before timestamptz;
ALTER TABLE referrals ADD COLUMN setbacks integer NOT NULL DEFAULT 0;
ALTER TABLE referral_files ADD COLUMN missed_at timestamptz;
ALTER TABLE tip_accounts ADD COLUMN locked_at timestamptz;
ALTER TABLE tip_accounts ADD COLUMN probe_at timestamptz;
ALTER TABLE jobs ADD COLUMN told_at timestamptz;
