// Add purchases
//
// The client knows that they are not there yet.
//
// Parameters
//   $customer    list  ids
//   $date        list  dates
//   $amount      list  numbers
//   $occurrence  list  integers: the how-manieth of equal ones

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})
USING INDEX c:Customer(id)
CREATE (c)-[:PURCHASED]->
  (:Purchase {date: $date[i], amount: $amount[i], occurrence: $occurrence[i]})
