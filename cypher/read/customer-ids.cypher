// Ids of customers, page by page
//
// In the order of the index, which is named because another plan would compare texts differently;
// the last id of a page begins the next.
//
// Parameters
//   $after  text     the last id of the page before; empty for the first
//   $size   integer  how many customers
//
// Columns
//   id  list  ids, sorted

MATCH (c:Customer) USING INDEX SEEK c:Customer(id)
WHERE c.id > $after
WITH c.id AS id ORDER BY id LIMIT $size
RETURN collect(id) AS id
