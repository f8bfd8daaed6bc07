// Some customers by id
//
// Many in one record: a list for each property.
//
// Parameters
//   $id    list  their ids
//   $keys  list  which properties
//
// Columns
//   columns  list  for each key, the values of the customers; null where there is none

UNWIND $id AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
WITH collect(properties(c)) AS people
RETURN [key IN $keys | [p IN people | p[key]]] AS columns
