// Remove acts
//
// Those that a later load no longer lists.
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
MATCH (c:Customer {id: $customer[i]})-[:ENGAGED]->(e:Engagement {kind: $kind[i]})
USING INDEX SEEK c:Customer(id)
WHERE coalesce(e.date = $date[i], e.date IS NULL AND $date[i] IS NULL)
  AND coalesce(e.time = $time[i], e.time IS NULL AND $time[i] IS NULL)
  AND coalesce(e.occurrence, 0) = $occurrence[i]
  AND coalesce(e.network, '') = $network[i] AND coalesce(e.public, false) = $public[i]
  AND coalesce(e.sentiment = $sentiment[i], e.sentiment IS NULL AND $sentiment[i] IS NULL)
  AND coalesce(head([(e)-[:TOWARDS]->(o:Customer) | o.id]), '') = coalesce($other[i], '')
DETACH DELETE e
