ALTER TABLE referral_files ADD COLUMN begun_at timestamptz;
