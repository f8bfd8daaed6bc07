// Remove ties
//
// Those that a later load replaced or no longer lists.
//
// Parameters
//   $source   list  ids
//   $target   list  ids
//   $kind     list  texts
//   $network  list  texts

UNWIND range(0, size($source) - 1) AS i
MATCH (:Customer {id: $source[i]})-[r:TIE]->(:Customer {id: $target[i]})
WHERE r.kind = $kind[i] AND r.network = $network[i]
DELETE r
