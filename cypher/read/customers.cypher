// Some customers
//
// Many in one record, as lists of values.
//
// Parameters
//   $id    list  their ids
//   $keys  list  which properties
//
// Columns
//   rows  list  for each customer, the values of the properties in the order of the keys

UNWIND $id AS id
MATCH (c:Customer {id: id})
USING INDEX c:Customer(id)
// All properties at once: one by one, each would be searched from the first.
WITH properties(c) AS p
RETURN collect([key IN $keys | p[key]]) AS rows
