// Referrals around a customer
//
// Those by and of the customer, and all others of the same people: only the earliest counts.
//
// Parameters
//   $customer  text  id of the customer
//
// Columns
//   referrer           text     id of the referrer
//   referred           text     id of the referred customer
//   date               date     if known
//   time               number   second of the day, if known
//   joined_anyway      number   probability
//   margin             number   money, if known
//   incentive          number   money
//   marketing          number   money
//   acquisition_saved  number   money
//   place              integer  ordinal of this referrer, from 0
//   clv                number   CLV of the referred customer
//   hidden             flag     whether the referred customer is not profiled
//   referrer_hidden    flag     whether the referrer is not profiled

MATCH (c:Customer {id: $customer})
CALL (c) {
  RETURN c AS b
  UNION
  MATCH (c)-[:REFERRED]->(b:Customer)
  RETURN b
}
MATCH (a:Customer)-[r:REFERRED]->(b)
RETURN a.id AS referrer, b.id AS referred, date(left(toString(r.date), 10)) AS date,
       r.time AS time,
       coalesce(r.joinedAnyway, 0.0) AS joined_anyway, r.margin AS margin,
       coalesce(r.incentive, 0.0) AS incentive, coalesce(r.marketing, 0.0) AS marketing,
       coalesce(r.acquisitionSaved, 0.0) AS acquisition_saved, coalesce(r.place, 0) AS place,
       coalesce(b.clv, 0.0) AS clv, coalesce(b.doNotProfile, false) AS hidden,
       coalesce(a.doNotProfile, false) AS referrer_hidden
