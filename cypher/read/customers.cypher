// Some customers
//
// Many in one record, as lists of values.
//
// Parameters
//   $node  list  their nodes
//   $keys  list  which properties
//
// Columns
//   rows  list  for each customer, the values of the properties in the order of the keys

UNWIND $node AS node
MATCH (c:Customer)
WHERE id(c) = node
// All properties at once: one by one, each would be searched from the first.
WITH properties(c) AS p
RETURN collect([key IN $keys | p[key]]) AS rows
