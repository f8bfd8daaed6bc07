// Add and update answers
//
// An answer is identified by customer, question and date; the date may be missing.
//
// Parameters
//   $customer  list  ids
//   $score     list  numbers
//   $date      list  dates or null
//   $time      list  seconds of the day, or null
//   $question  list  texts

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})
USING INDEX SEEK c:Customer(id)
OPTIONAL MATCH (c)-[:ANSWERED]->(old:Survey {question: $question[i]})
WHERE coalesce(old.date = $date[i], old.date IS NULL AND $date[i] IS NULL)
WITH i, c, collect(old) AS replaced
FOREACH (old IN replaced | DETACH DELETE old)
CREATE (c)-[:ANSWERED]->
  (:Survey {question: $question[i], date: $date[i], time: $time[i], score: $score[i]})
