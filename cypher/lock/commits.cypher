// Count what was committed
//
// Every transaction of ours counts itself, at the node where it has its last word.
//
// Columns
//   ours  integer  how many of all transactions of this database

MATCH (l:InfluenceLock)
RETURN sum(l.commits) AS ours
