// Strongest advocates and detractors
//
// Customers by signed influence, which is sentiment × influence: the strongest advocates at the
// top, the strongest detractors at the bottom. What detractors could cost is a possibility and not
// part of any network value.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of customers on each side
//
// Columns
//   customer          text   id of the customer
//   name              text   name of the customer
//   stance            text   promoter, neutral or detractor
//   sentiment         share  from −1 to 1
//   influence         money  weighted CLV of all customers within reach
//   influence_signed  money  sentiment × influence, with the run's bias for detractors
//   clv               money  CLV
//   network_value     money  network value

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
