// Properties of some customers
//
// One record with a list for each property.
//
// Parameters
//   $id    list  ids
//   $keys  list  property keys
//
// Columns
//   columns  list  for each key, the values of the customers; null where there is none

UNWIND $id AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
// All properties at once: one by one, each would be searched from the first.
WITH collect(properties(c)) AS people
RETURN [key IN $keys | [p IN people | p[key]]] AS columns
