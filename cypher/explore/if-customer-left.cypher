// If she left
//
// What goes with a customer: her own value, what the ledger credits her for others, and contacts.
// A contact is somebody who can influence her, and through her, and nobody else within two steps,
// people whom she can influence: `people` of them, and at most weight × clv of them is lost to the
// contact's influence, less where a longer way is left. The last is gross, so no sum of all.
//
// Parameters
//   $customer  text               her id
//   $limit     integer 0.. = 25   how many contacts, those who lose most first
//   $near      integer 0.. = 200  how many contacts are looked at, the largest network value first
//
// Columns
//   part      text     own value, credit received, referral value or contact
//   customer  text     she herself; of a contact, that one's id
//   name      text     what people call that customer
//   people    integer  of a contact: how many are reached in two steps through her alone
//   value     money    money; of a contact, the run's weight at distance 2 × clv of those people

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Whom can she influence?
CALL (c, weights, kinds, networks, directions) {
  WITH c AS y
  MATCH (y)-[r:TIE]-(x:Customer)
  WHERE x <> y AND size(weights) >= 2 AND NOT coalesce(x.doNotProfile, false)
    AND {{influences}}
  RETURN collect(DISTINCT x) AS hers
}
// Who can influence her?
CALL (c, kinds, networks, directions, hers) {
  WITH c AS x
  MATCH (x)-[r:TIE]-(y:Customer)
  WHERE y <> x AND hers <> [] AND NOT coalesce(y.doNotProfile, false)
    AND {{influences}}
  WITH DISTINCT y AS contact
  ORDER BY coalesce(contact.networkValue, 0.0) DESC, contact.id LIMIT toInteger($near)
  RETURN collect(contact) AS contacts
}
// Who can influence those? Asked once: every contact needs it.
CALL (kinds, networks, directions, hers) {
  UNWIND hers AS x
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
  // Whom can the contact influence without her in one step, and through those in two?
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
