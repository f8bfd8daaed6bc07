// Some customers with figures
//
// As some customers, but only those whom a run has given figures.
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
WHERE c.networkValue IS NOT NULL
WITH properties(c) AS p
RETURN collect([key IN $keys | p[key]]) AS rows
