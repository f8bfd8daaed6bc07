// A run's id is unique
//
// One node for each computation.

CREATE CONSTRAINT influence_run_id IF NOT EXISTS
FOR (r:InfluenceRun) REQUIRE r.id IS UNIQUE
