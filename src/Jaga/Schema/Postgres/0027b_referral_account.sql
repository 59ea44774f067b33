ALTER TABLE referrals ADD COLUMN account text;
CREATE INDEX referrals_account ON referrals (account) WHERE account IS NOT NULL;
