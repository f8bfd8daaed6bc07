// A page of customers
//
// Their ids and the database's own numbers of their nodes, which hold as long as nobody is removed:
// what lies at a node is found by its number without a look into the index. In the order of the
// index, which is named because another plan would compare texts differently; the last id of a page
// begins the next.
//
// Parameters
//   $after  text     the last id of the page before; empty for the first
//   $size   integer  how many customers
//
// Columns
//   id    list  ids, sorted
//   node  list  numbers of nodes

MATCH (c:Customer) USING INDEX c:Customer(id)
WHERE c.id > $after
WITH c, c.id AS id ORDER BY id LIMIT $size
RETURN collect(id) AS id, collect(id(c)) AS node
