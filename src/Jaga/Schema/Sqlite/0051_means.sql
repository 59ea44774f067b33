-- Whoever is held, erased or decided about by the platform's id is found in the cases that were pointed to it.
CREATE INDEX cases_means ON cases (means) WHERE means IS NOT NULL;
