// A page of customers
//
// In the order of their ids, which the index gives; the last id of a page begins the next. The
// index is named because another plan would compare texts differently.
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
WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $size
// All properties at once: one by one, each would be searched from the first.
WITH c.id AS id, properties(c) AS p
RETURN collect(id) AS id, collect([key IN $keys | p[key]]) AS rows
