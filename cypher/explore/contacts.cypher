// Contacts of a customer by network
//
// In each network the customers with whom the customer has a tie, and the contacts outside the
// customer base: those by which the number in the customer's profile is greater. Their sum is what
// the score card compares. Ties without a network are one row with an empty name.
//
// Parameters
//   $customer  text  id of the customer
//
// Columns
//   network   text     name of the network
//   inside    integer  contacts who are in the data, by ties that the current run selects
//   outside   integer  contacts in the profile beyond those inside
//   contacts  integer  inside and outside

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
WITH c, run.kinds AS kinds, run.networks AS networks
CALL (c, kinds, networks) {
  MATCH (c)-[r:TIE]-(x:Customer)
  WHERE x <> c AND {{selected}}
  RETURN coalesce(r.network, '') AS network, x AS contact, 0 AS profile
  UNION ALL
  MATCH (c)-[:HAS_PROFILE]->(p:Profile)
  WHERE p.network IS NOT NULL AND p.contacts IS NOT NULL
  RETURN p.network AS network, null AS contact, p.contacts AS profile
}
WITH network, count(DISTINCT contact) AS inside, max(profile) AS profile
WITH network, inside, CASE WHEN profile > inside THEN profile - inside ELSE 0 END AS outside
RETURN network, inside, outside, inside + outside AS contacts
ORDER BY contacts DESC, network
