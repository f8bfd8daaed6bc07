// Add acts
//
// The client has checked that they are new.
//
// Parameters
//   $customer    list  ids
//   $kind        list  texts
//   $date        list  dates or null
//   $other       list  ids of the customers whom the acts reached, or null
//   $network     list  texts, empty where there is none
//   $public      list  flags
//   $sentiment   list  numbers or null
//   $time        list  seconds of the day, or null
//   $occurrence  list  ordinals among equal acts, from 0

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})
USING INDEX SEEK c:Customer(id)
OPTIONAL MATCH (o:Customer {id: $other[i]})
USING INDEX SEEK o:Customer(id)
CREATE (c)-[:ENGAGED]->
  (e:Engagement {
    kind: $kind[i], date: $date[i], time: $time[i], network: $network[i], public: $public[i],
    sentiment: $sentiment[i], occurrence: $occurrence[i]
  })
FOREACH (end IN CASE WHEN o IS NULL THEN [] ELSE [o] END | CREATE (e)-[:TOWARDS]->(end))
