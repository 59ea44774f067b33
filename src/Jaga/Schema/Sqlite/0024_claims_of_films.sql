-- What a film's claim is found by is the digest of its frames; the frames themselves stand beside it.
ALTER TABLE exchange_claims ADD COLUMN content blob;
