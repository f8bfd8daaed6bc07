// Purchases of some customers
//
// Few records with long lists. A list has no nulls: "" and NaN stand for them.
//
// Parameters
//   $id  list  ids of customers
//
// Columns
//   customer    list  ids
//   date        list  ISO dates
//   amount      list  numbers
//   occurrence  list  integers
//   order       list  texts, or ""
//   currency    list  texts, or ""
//   time        list  seconds of the day, or NaN

UNWIND $id AS id
MATCH (c:Customer {id: id})-[:PURCHASED]->(p:Purchase)
USING INDEX SEEK c:Customer(id)
WHERE p.date IS NOT NULL AND p.amount IS NOT NULL
RETURN collect(id) AS customer, collect(left(toString(p.date), 10)) AS date,
       collect(p.amount) AS amount, collect(coalesce(p.occurrence, 0)) AS occurrence,
       collect(coalesce(p.order, '')) AS order, collect(coalesce(p.currency, '')) AS currency,
       collect(coalesce(p.time, 0.0 / 0.0)) AS time
