// Her referral tree
//
// Everybody who came through her: whom she referred, whom they referred, and so on, with what each
// is worth. Of several referrers of one person the earliest counts. She comes first, as generation
// 0, so crv adds up to her referral tree value where all of the tree is shown. Who asked not to be
// profiled is left out; those whom that person referred are there, with `referrer` blank.
//
// Parameters
//   $customer  text                   her id
//   $depth     integer 0..1000 = 100  how many generations below her
//   $limit     integer 0.. = 100      how many people, the nearest generations first
//
// Columns
//   generation           integer  0 she herself, 1 whom she referred, 2 whom they referred …
//   referrer             text     through whom that customer came; blank for herself
//   referred             text     who came
//   name                 text     what people call that customer
//   date                 date     of the referral, blank where not known
//   clv                  money    what that customer is worth on her own
//   crv                  money    what she brought in by referrals of her own
//   referral_taken       money    of her clv, what is credited to her referrer
//   referral_tree_value  money    Σ crv of her and of all below her

MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
CALL (c) {
  RETURN c AS above, null AS referral, c AS person, 0 AS generation
  UNION ALL
  // Everybody has one referrer that counts, so there is one way down to each, and no way round.
  MATCH (c)
    ((a:Customer)-[r:REFERRED]->(b:Customer)
      WHERE r = head(COLLECT {
        MATCH (other:Customer)-[s:REFERRED]->(b)
        WHERE other <> b
        // What has no time comes last on its day, what has no date last of all.
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
