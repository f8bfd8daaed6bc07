// The referrals of a customer, and of those whom she referred
//
// With all that others did for the same people: only the first counts.
//
// Parameters
//   $customer  text  her id
//
// Columns
//   referrer           text     who brought her
//   referred           text     who was brought
//   date               date     when, if that is known
//   time               number   seconds of that day, if they are known
//   joined_anyway      number   probability
//   margin             number   money, if it is known
//   incentive          number   money
//   marketing          number   money
//   acquisition_saved  number   money
//   place              integer  the how-manieth referrer
//   clv                number   what the referred is worth on her own
//   hidden             flag     whether the referred is not to be profiled
//   referrer_hidden    flag     whether the referrer is not to be profiled

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
