// Remove referrals
//
// Those that a later load no longer lists.
//
// Parameters
//   $referrer  list  ids
//   $referred  list  ids

UNWIND range(0, size($referrer) - 1) AS i
MATCH (a:Customer {id: $referrer[i]})-[r:REFERRED]->(b:Customer {id: $referred[i]})
USING INDEX SEEK a:Customer(id)
USING INDEX SEEK b:Customer(id)
DELETE r
