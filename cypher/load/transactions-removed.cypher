// Remove purchases
//
// Those that a later load no longer lists.
//
// Parameters
//   $customer    list  ids
//   $date        list  dates
//   $amount      list  numbers
//   $occurrence  list  integers

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})-[:PURCHASED]->
  (p:Purchase {date: $date[i], amount: $amount[i], occurrence: $occurrence[i]})
USING INDEX c:Customer(id)
DETACH DELETE p
