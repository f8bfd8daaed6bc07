// Count the commits of this package
//
// Each writing transaction increments a counter on the lock node that it uses.
//
// Columns
//   ours  integer  transactions by this package

MATCH (l:InfluenceLock)
RETURN sum(l.commits) AS ours
