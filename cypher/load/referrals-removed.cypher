// Remove referrals
//
// Those that a later load no longer lists.
//
// Parameters
//   $referrer  list  ids
//   $referred  list  ids

UNWIND range(0, size($referrer) - 1) AS i
MATCH (:Customer {id: $referrer[i]})-[r:REFERRED]->(:Customer {id: $referred[i]})
DELETE r
