// Some customers with figures
//
// As some customers, but only those whom a run has given figures.
//
// Parameters
//   $id    list  their ids
//   $keys  list  which properties
//
// Columns
//   columns  list  for each key, the values of the customers; null where there is none

UNWIND $id AS id
MATCH (c:Customer {id: id})
USING INDEX c:Customer(id)
WHERE c.networkValue IS NOT NULL
WITH collect(properties(c)) AS people
RETURN [key IN $keys | [p IN people | p[key]]] AS columns
