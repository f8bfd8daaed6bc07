// What some customers answered
//
// Few records with long lists; a missing day comes as "", a missing time as NaN.
//
// Parameters
//   $node  list  their nodes
//
// Columns
//   customer  list  nodes
//   score     list  numbers
//   date      list  ISO dates, empty where there is none
//   time      list  seconds of the day, NaN where there is none
//   question  list  texts

UNWIND $node AS node
MATCH (c)-[:ANSWERED]->(s:Survey)
WHERE id(c) = node AND s.score IS NOT NULL
RETURN collect(node) AS customer, collect(s.score) AS score,
       collect(coalesce(left(toString(s.date), 10), '')) AS date,
       collect(coalesce(s.time, 0.0 / 0.0)) AS time,
       collect(coalesce(s.question, 'recommend')) AS question
