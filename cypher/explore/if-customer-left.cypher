// What would be lost if a customer left
//
// The customer's CLV, what they are credited with from others, and the contacts who would lose
// influence: a contact influences the customer and, within two steps, reaches `people` only through
// this customer. The influence that a contact loses is at most weight × CLV of those people, and
// less if a longer path remains or kinds of ties have weights. It is a gross figure, so the rows
// must not be summed.
//
// Parameters
//   $customer  text               id of the customer
//   $limit     integer 0.. = 25   maximum number of contacts, the largest loss first
//   $near      integer 0.. = 200  number of contacts examined, the largest network value first
//
// Columns
//   part      text     own value, credit received, referral value or contact
//   customer  text     the customer, or the contact
//   name      text     name of the customer
//   people    integer  for a contact: people reached within two steps only through the customer
//   value     money    for a contact: weight at distance 2 × CLV of those people

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Customers influenced directly
CALL (c, weights, kinds, networks, directions) {
  WITH c AS y
  MATCH (y)-[r:TIE]-(x:Customer)
  WHERE x <> y AND size(weights) >= 2 AND NOT coalesce(x.doNotProfile, false)
    AND {{influences}}
  RETURN collect(DISTINCT x) AS influenced
}
// Contacts who influence the customer
CALL (c, kinds, networks, directions, influenced) {
  WITH c AS x
  MATCH (x)-[r:TIE]-(y:Customer)
  WHERE y <> x AND influenced <> [] AND NOT coalesce(y.doNotProfile, false)
    AND {{influences}}
  WITH DISTINCT y AS contact
  ORDER BY coalesce(contact.networkValue, 0.0) DESC, contact.id LIMIT toInteger($near)
  RETURN collect(contact) AS contacts
}
// Everybody who influences those: computed once for all contacts
CALL (kinds, networks, directions, influenced) {
  UNWIND influenced AS x
  MATCH (x)-[r:TIE]-(y:Customer)
  WHERE y <> x
    AND {{influences}}
  WITH x, collect(DISTINCT y) AS by
  RETURN collect({person: x, by: by}) AS ways
}
CALL (c, weights, kinds, networks, directions, contacts, ways) {
  RETURN 1 AS place, 'own value' AS part, c AS person, null AS people,
         coalesce(c.clv, 0.0) AS value
  UNION ALL
  RETURN 2 AS place, 'credit received' AS part, c AS person, null AS people,
         coalesce(c.creditReceived, 0.0) AS value
  UNION ALL
  RETURN 3 AS place, 'referral value' AS part, c AS person, null AS people,
         coalesce(c.referralValue, 0.0) AS value
  UNION ALL
  UNWIND contacts AS contact
  // Customers whom the contact influences without the customer
  CALL (c, contact, kinds, networks, directions) {
    WITH contact AS y
    MATCH (y)-[r:TIE]-(x:Customer)
    WHERE x <> y AND x <> c
      AND {{influences}}
    RETURN collect(DISTINCT x) AS one
  }
  WITH contact, [way IN ways WHERE way.person <> contact AND NOT way.person IN one
                   AND none(y IN way.by WHERE y IN one) | way.person] AS lost
  WHERE lost <> []
  WITH contact, size(lost) AS people,
       weights[1] * reduce(sum = 0.0, x IN lost | sum + coalesce(x.clv, 0.0)) + 0.0 AS value
  ORDER BY value DESC, contact.id LIMIT toInteger($limit)
  RETURN 4 AS place, 'contact' AS part, contact AS person, people, value
}
WITH place, part, person, people, value
ORDER BY place, CASE WHEN place = 4 THEN value END DESC, person.id
RETURN part, person.id AS customer, person.name AS name, people, round(value, 2) AS value
