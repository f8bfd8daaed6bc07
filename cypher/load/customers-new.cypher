// Add customers
//
// The client has checked that they are new, so nothing is looked up. A property that no new customer
// has may be null instead of a list.
//
// Parameters
//   $id            list  their ids
//   $clv           list  CLV
//   $clvComputed   list  CLV where runs compute it, else null
//   $name          list  names
//   $segment       list  segments
//   $relation      list  customer, prospect and so on
//   $joined        list  dates
//   $sentiment     list  from surveys or given
//   $currency      list  currencies
//   $doNotProfile  list  true, or null
//   $keys          list  the properties that the company's own columns become
//   $values        list  a list of these for each customer

UNWIND range(0, size($id) - 1) AS i
CREATE (c:Customer {
  id: $id[i], clv: $clv[i], clvComputed: $clvComputed[i], name: $name[i], segment: $segment[i],
  relation: $relation[i], joined: $joined[i], sentiment: $sentiment[i], currency: $currency[i],
  doNotProfile: $doNotProfile[i]
})
FOREACH (k IN range(0, size($keys) - 1) | SET c[$keys[k]] = $values[i][k])
