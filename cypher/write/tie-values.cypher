// Write values of ties
//
// On every tie between two customers, whatever its kind and direction.
//
// Parameters
//   $source   list  ids of customers
//   $target   list  ids of the other customers
//   $value    list  numbers; null removes the value
//   $overlap  list  numbers or null

UNWIND range(0, size($source) - 1) AS i
MATCH (a:Customer {id: $source[i]})-[r:TIE]-(b:Customer {id: $target[i]})
USING INDEX SEEK a:Customer(id)
USING INDEX SEEK b:Customer(id)
SET r.value = $value[i], r.overlap = $overlap[i]
