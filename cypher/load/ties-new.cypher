// Add ties
//
// The client has checked that they are new, so only the two ends are looked up.
// Columns as lists of equal length are read faster than one map for each tie.
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
MATCH (a:Customer {id: $source[i]}), (b:Customer {id: $target[i]})
USING INDEX SEEK a:Customer(id)
USING INDEX SEEK b:Customer(id)
CREATE (a)-[:TIE {
  kind: $kind[i], network: $network[i], strength: $strength[i],
  directed: $directed[i], since: $since[i], sentiment: $sentiment[i],
  mutual: $mutual[i]
}]->(b)
