// Add purchases
//
// The client has checked that they are new.
//
// Parameters
//   $customer    list  ids
//   $date        list  dates
//   $amount      list  numbers
//   $order       list  texts, empty where there is none
//   $currency    list  texts, empty where none is named
//   $time        list  seconds of the day, or null
//   $occurrence  list  ordinals among equal purchases, from 0

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})
USING INDEX SEEK c:Customer(id)
CREATE (c)-[:PURCHASED]->
  (:Purchase {
    date: $date[i], amount: $amount[i], occurrence: $occurrence[i], time: $time[i],
    order: CASE WHEN $order[i] <> '' THEN $order[i] END,
    currency: CASE WHEN $currency[i] <> '' THEN $currency[i] END
  })
