// Some customers
//
// Many in one record: a list for each property.
//
// Parameters
//   $node  list  their nodes
//   $keys  list  which properties
//
// Columns
//   columns  list  for each key, the values of the customers; null where there is none

UNWIND $node AS node
MATCH (c:Customer)
WHERE id(c) = node
// All properties at once: one by one, each would be searched from the first.
WITH collect(properties(c)) AS people
RETURN [key IN $keys | [p IN people | p[key]]] AS columns
