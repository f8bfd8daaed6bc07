// Referral tree of a customer
//
// Everybody whom the customer referred, whom those referred, and so on. If several customers
// referred the same person, the earliest referral counts. The customer is generation 0, so crv sums
// to their referral_tree_value if the whole tree is shown. Customers who are not profiled are left
// out; the people they referred are listed with an empty `referrer`.
//
// Parameters
//   $customer  text                   id of the customer
//   $depth     integer 0..1000 = 100  maximum number of generations
//   $limit     integer 0.. = 100      maximum number of people, the nearest generations first
//
// Columns
//   generation           integer  0 for the customer, 1 for the people they referred …
//   referrer             text     who referred this person; empty for the customer
//   referred             text     id of the person
//   name                 text     name of the person
//   date                 date     date of the referral, if known
//   clv                  money    CLV
//   crv                  money    value of this person's own referrals
//   referral_taken       money    part of the CLV that is credited to the referrer
//   referral_tree_value  money    Σ crv of this person and everybody below

MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
CALL (c) {
  RETURN c AS above, null AS referral, c AS person, 0 AS generation
  UNION ALL
  // One referrer of each person counts, so there is one path to each, and no cycle.
  MATCH (c)
    ((a:Customer)-[r:REFERRED]->(b:Customer)
      WHERE r = head(COLLECT {
        MATCH (other:Customer)-[s:REFERRED]->(b)
        WHERE other <> b
        // Referrals without a time come last on their day, those without a date last of all.
        RETURN s ORDER BY duration.inDays(date('1970-01-01'), s.date).days * 86400
                            + coalesce(s.time, 86400.0),
                          coalesce(s.place, 0), other.id LIMIT 1
      })
    ){1,1000} (person)
  RETURN a[-1] AS above, r[-1] AS referral, person, size(r) AS generation
}
WITH above, referral, person, generation
WHERE generation <= toInteger($depth) AND NOT coalesce(person.doNotProfile, false)
RETURN generation,
       CASE WHEN generation > 0 AND NOT coalesce(above.doNotProfile, false) THEN above.id END
         AS referrer,
       person.id AS referred, person.name AS name, referral.date AS date,
       round(person.clv, 2) AS clv, round(person.crv, 2) AS crv,
       round(person.referralTaken, 2) AS referral_taken,
       round(person.referralTreeValue, 2) AS referral_tree_value
ORDER BY generation, coalesce(person.referralTreeValue, 0.0) DESC, referred
LIMIT toInteger($limit)
