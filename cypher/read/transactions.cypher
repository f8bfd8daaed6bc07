// The purchases of some customers
//
// Few records with long lists.
//
// Parameters
//   $node  list  their nodes
//
// Columns
//   customer    list  nodes
//   date        list  ISO dates
//   amount      list  numbers
//   occurrence  list  integers
//   order       list  texts, empty where there is none
//   currency    list  texts, empty where none is named
//   time        list  seconds of the day, NaN where there is none

UNWIND $node AS node
MATCH (c)-[:PURCHASED]->(p:Purchase)
WHERE id(c) = node AND p.date IS NOT NULL AND p.amount IS NOT NULL
RETURN collect(node) AS customer, collect(left(toString(p.date), 10)) AS date,
       collect(p.amount) AS amount, collect(coalesce(p.occurrence, 0)) AS occurrence,
       collect(coalesce(p.order, '')) AS order, collect(coalesce(p.currency, '')) AS currency,
       collect(coalesce(p.time, 0.0 / 0.0)) AS time
