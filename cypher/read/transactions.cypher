// The purchases of some customers
//
// Few records with long lists.
//
// Parameters
//   $id  list  the customers
//
// Columns
//   at          list  which of the customers, from 0
//   date        list  ISO dates
//   amount      list  numbers
//   occurrence  list  integers

UNWIND range(0, size($id) - 1) AS at
MATCH (c:Customer {id: $id[at]})-[:PURCHASED]->(p:Purchase)
USING INDEX c:Customer(id)
WHERE p.date IS NOT NULL AND p.amount IS NOT NULL
RETURN collect(at) AS at, collect(left(toString(p.date), 10)) AS date,
       collect(p.amount) AS amount, collect(coalesce(p.occurrence, 0)) AS occurrence
