// There is one lock
//
// Two writers that create it at the same moment meet at this constraint.

CREATE CONSTRAINT influence_lock_id IF NOT EXISTS
FOR (l:InfluenceLock) REQUIRE l.id IS UNIQUE
