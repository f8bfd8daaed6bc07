// Remove purchases
//
// Those that a later load no longer lists.
//
// Parameters
//   $customer    list  ids
//   $date        list  dates
//   $amount      list  numbers
//   $order       list  texts, empty where there is none
//   $time        list  seconds of the day, or null
//   $occurrence  list  integers
//   $currency    list  texts, empty where none is named

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})-[:PURCHASED]->
  (p:Purchase {date: $date[i], amount: $amount[i], occurrence: $occurrence[i]})
USING INDEX SEEK c:Customer(id)
WHERE coalesce(p.order, '') = $order[i] AND coalesce(p.currency, '') = $currency[i]
  AND coalesce(p.time = $time[i], p.time IS NULL AND $time[i] IS NULL)
DETACH DELETE p
