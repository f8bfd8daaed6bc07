// Remove answers
//
// Those that a later load no longer lists.
//
// Parameters
//   $customer  list  ids
//   $question  list  texts
//   $date      list  dates or null

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})-[:ANSWERED]->(s:Survey {question: $question[i]})
USING INDEX SEEK c:Customer(id)
WHERE coalesce(s.date = $date[i], s.date IS NULL AND $date[i] IS NULL)
DETACH DELETE s
