// What some customers answered
//
// Few records with long lists; a missing day comes as "".
//
// Parameters
//   $id  list  the customers
//
// Columns
//   customer  list  ids
//   score     list  numbers
//   date      list  ISO dates, empty where there is none
//   question  list  texts

UNWIND $id AS id
MATCH (c:Customer {id: id})-[:ANSWERED]->(s:Survey)
WHERE s.score IS NOT NULL
RETURN collect(c.id) AS customer, collect(s.score) AS score,
       collect(coalesce(left(toString(s.date), 10), '')) AS date,
       collect(coalesce(s.question, 'recommend')) AS question
