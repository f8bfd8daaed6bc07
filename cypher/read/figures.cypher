// A page of customers with figures
//
// As the page of customers, but only those whom a run has given figures.
//
// Parameters
//   $after  text     the last id of the page before; empty for the first
//   $size   integer  how many customers
//   $keys   list     which properties
//
// Columns
//   id    list  ids, sorted
//   rows  list  for each customer, the values of the properties in the order of the keys

MATCH (c:Customer) USING INDEX c:Customer(id)
WHERE c.id > $after AND c.networkValue IS NOT NULL
WITH c ORDER BY c.id LIMIT $size
// All properties at once: one by one, each would be searched from the first.
WITH c.id AS id, properties(c) AS p
RETURN collect(id) AS id, collect([key IN $keys | p[key]]) AS rows
