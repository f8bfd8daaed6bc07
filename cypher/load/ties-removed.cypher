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
MATCH (a:Customer {id: $source[i]})-[r:TIE]->(b:Customer {id: $target[i]})
USING INDEX SEEK a:Customer(id)
USING INDEX SEEK b:Customer(id)
WHERE r.kind = $kind[i] AND r.network = $network[i]
DELETE r
