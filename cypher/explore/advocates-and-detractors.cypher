// The loudest for us and against us
//
// Whose word moves most money, in our favour and against it: sentiment × influence. Those for us
// come first, the strongest at the top; the strongest against us stand at the bottom. What blame
// may cost is a possibility, and no part of anybody's network value.
//
// Parameters
//   $limit  integer 0.. = 25  how many customers on either side
//
// Columns
//   customer          text    her id
//   name              text    what people call her
//   stance            text    promoter, neutral or detractor
//   sentiment         share   from −1 to 1
//   influence         money   weighted value of all within reach
//   influence_signed  money   sentiment × influence, blame weighed by the run's negativity
//   clv               money   what she is worth on her own
//   network_value     money   what she is worth

CALL () {
  MATCH (c:Customer)
  WHERE c.influenceSigned > 0 AND NOT coalesce(c.doNotProfile, false)
  RETURN c ORDER BY c.influenceSigned DESC, c.id LIMIT toInteger($limit)
  UNION ALL
  MATCH (c:Customer)
  WHERE c.influenceSigned < 0 AND NOT coalesce(c.doNotProfile, false)
  RETURN c ORDER BY c.influenceSigned, c.id LIMIT toInteger($limit)
}
RETURN c.id AS customer, c.name AS name, c.stance AS stance, round(c.sentiment, 3) AS sentiment,
       round(c.influence, 2) AS influence, round(c.influenceSigned, 2) AS influence_signed,
       round(c.clv, 2) AS clv, round(c.networkValue, 2) AS network_value
ORDER BY c.influenceSigned DESC, customer
