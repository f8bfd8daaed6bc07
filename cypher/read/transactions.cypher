// The purchases of some customers
//
// Few records with long lists.
//
// Parameters
//   $id  list  the customers
//
// Columns
//   customer    list  ids
//   date        list  ISO dates
//   amount      list  numbers
//   occurrence  list  integers

UNWIND $id AS id
MATCH (c:Customer {id: id})-[:PURCHASED]->(p:Purchase)
WHERE p.date IS NOT NULL AND p.amount IS NOT NULL
RETURN collect(c.id) AS customer, collect(left(toString(p.date), 10)) AS date,
       collect(p.amount) AS amount, collect(coalesce(p.occurrence, 0)) AS occurrence
