// Survey answers of some customers
//
// Few records with long lists. A list has no nulls: "" and NaN stand for them.
//
// Parameters
//   $id  list  ids of customers
//
// Columns
//   customer  list  ids
//   score     list  numbers
//   date      list  ISO dates, or ""
//   time      list  seconds of the day, or NaN
//   question  list  texts

UNWIND $id AS id
MATCH (c:Customer {id: id})-[:ANSWERED]->(s:Survey)
USING INDEX SEEK c:Customer(id)
WHERE s.score IS NOT NULL
RETURN collect(id) AS customer, collect(s.score) AS score,
       collect(coalesce(left(toString(s.date), 10), '')) AS date,
       collect(coalesce(s.time, 0.0 / 0.0)) AS time,
       collect(coalesce(s.question, 'recommend')) AS question
