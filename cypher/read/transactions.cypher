// The purchases of some customers
//
// Few records with long lists.
//
// Parameters
//   $node  list  their nodes
//
// Columns
//   at          list  which of the customers, from 0
//   date        list  ISO dates
//   amount      list  numbers
//   occurrence  list  integers

UNWIND range(0, size($node) - 1) AS at
MATCH (c)-[:PURCHASED]->(p:Purchase)
WHERE id(c) = $node[at] AND p.date IS NOT NULL AND p.amount IS NOT NULL
RETURN collect(at) AS at, collect(left(toString(p.date), 10)) AS date,
       collect(p.amount) AS amount, collect(coalesce(p.occurrence, 0)) AS occurrence
