// Add customers
//
// The client knows that they are not there yet, so nothing is looked up. A property that no new
// customer has may be null instead of a list.
//
// Parameters
//   $id            list  their ids
//   $clv           list  own value
//   $clvComputed   list  the same where runs compute it, else null
//   $name          list  what people call them
//   $segment       list  groupings of the company's own
//   $relation      list  customer, prospect and so on
//   $joined        list  since when
//   $sentiment     list  of surveys or given
//   $currency      list  of the money
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
