// Acts of some customers
//
// Few records with long lists. A list has no nulls: "" and NaN stand for them.
//
// Parameters
//   $id  list  ids of customers
//
// Columns
//   customer    list  ids
//   kind        list  texts
//   date        list  ISO dates, or ""
//   other       list  ids of the customers whom the acts reached, or ""
//   network     list  texts
//   public      list  flags
//   sentiment   list  numbers, or NaN
//   time        list  seconds of the day, or NaN
//   occurrence  list  integers

UNWIND $id AS id
MATCH (c:Customer {id: id})-[:ENGAGED]->(e:Engagement)
USING INDEX SEEK c:Customer(id)
WHERE e.kind IS NOT NULL
WITH id, e, head([(e)-[:TOWARDS]->(o:Customer) | o.id]) AS reached
RETURN collect(id) AS customer, collect(e.kind) AS kind,
       collect(coalesce(left(toString(e.date), 10), '')) AS date,
       collect(coalesce(reached, '')) AS other, collect(coalesce(e.network, '')) AS network,
       collect(coalesce(e.public, false)) AS public,
       collect(coalesce(e.sentiment, 0.0 / 0.0)) AS sentiment,
       collect(coalesce(e.time, 0.0 / 0.0)) AS time,
       collect(coalesce(e.occurrence, 0)) AS occurrence
