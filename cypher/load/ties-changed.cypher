// Update ties
//
// A tie is identified by ends, kind and network; its other properties are overwritten.
//
// Parameters
//   $source     list  ids
//   $target     list  ids
//   $kind       list  texts
//   $network    list  texts
//   $strength   list  numbers
//   $directed   list  flags
//   $since      list  dates or null
//   $sentiment  list  numbers or null
//   $mutual     list  flags

UNWIND range(0, size($source) - 1) AS i
MATCH (a:Customer {id: $source[i]})-[r:TIE]->(b:Customer {id: $target[i]})
USING INDEX SEEK a:Customer(id)
USING INDEX SEEK b:Customer(id)
WHERE r.kind = $kind[i] AND r.network = $network[i]
SET r.strength = $strength[i], r.directed = $directed[i],
    r.since = $since[i], r.sentiment = $sentiment[i], r.mutual = $mutual[i]
