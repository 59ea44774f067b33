-- Counted in the head of every page: found without walking through all that is long done.
CREATE INDEX vault_blobs_lost ON vault_blobs (id) WHERE state <> 'Whole';
CREATE INDEX orders_untaken ON orders (id) WHERE taken_at IS NULL AND state <> 'Answered';
CREATE INDEX referrals_halted ON referrals (id) WHERE halted IS NOT NULL;
