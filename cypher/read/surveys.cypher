// What some customers answered
//
// Few records with long lists; a missing day comes as "".
//
// Parameters
//   $node  list  their nodes
//
// Columns
//   at        list  which of the customers, from 0
//   score     list  numbers
//   date      list  ISO dates, empty where there is none
//   question  list  texts

UNWIND range(0, size($node) - 1) AS at
MATCH (c)-[:ANSWERED]->(s:Survey)
WHERE id(c) = $node[at] AND s.score IS NOT NULL
RETURN collect(at) AS at, collect(s.score) AS score,
       collect(coalesce(left(toString(s.date), 10), '')) AS date,
       collect(coalesce(s.question, 'recommend')) AS question
