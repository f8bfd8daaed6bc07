// Ambassadors
//
// Customers with a high social and a high financial percentile, the highest social percentile
// first; those with a low opinion of the company are critical detractors.
//
// Parameters
//   $tier   text = ambassador    ambassador, critical_detractor, or any for both
//   $limit  integer 0.. = 25     maximum number of customers
//
// Columns
//   customer              text    id of the customer
//   name                  text    name of the customer
//   segment               text    segment of the customer
//   tier                  text    ambassador or critical_detractor
//   quadrant              text    champion, affluent, advocate or miser
//   roles                 text    roles by the rules of the company, with commas
//   social_percentile     share   percentile of the social score, 0 to 100
//   financial_percentile  share   percentile of CLV, 0 to 100
//   clv                   money   CLV
//   network_value         money   network value

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
  AND c.tier IS NOT NULL AND $tier IN ['any', c.tier]
WITH c ORDER BY c.socialPercentile DESC, c.id LIMIT toInteger($limit)
RETURN c.id AS customer, c.name AS name, c.segment AS segment, c.tier AS tier,
       c.quadrant AS quadrant, c.roles AS roles,
       round(c.socialPercentile, 3) AS social_percentile,
       round(c.financialPercentile, 3) AS financial_percentile,
       round(c.clv, 2) AS clv, round(c.networkValue, 2) AS network_value
ORDER BY c.socialPercentile DESC, customer
