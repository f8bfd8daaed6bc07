// Free customers with network value
//
// Customers with a CLV of 0 and a positive network value, with the most valuable customer whom each
// influences directly; empty if there is none who may be shown.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of customers
//
// Columns
//   customer         text     id of the customer
//   name             text     name of the customer
//   rank             integer  rank by network value
//   network_value    money    referral_value + credit_received
//   referral_value   money    credited to them for customers they referred
//   credit_received  money    credited to them for customers they influence
//   influence        money    weighted CLV of all customers within reach
//   through          text     most valuable customer influenced directly
//   through_name     text     name of that customer
//   contribution     money    weight at distance 1 × CLV of that customer

MATCH (run:InfluenceRun {current: true})
CALL () {
  MATCH (c:Customer)
  WHERE c.networkValue > 0 AND coalesce(c.clv, 0) = 0
    AND coalesce(c.relation, 'customer') = 'customer' AND NOT coalesce(c.doNotProfile, false)
  RETURN c ORDER BY c.rank, c.id LIMIT toInteger($limit)
}
WITH c, run.weights[0] AS weight, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// The most valuable customer influenced directly.
CALL (c, kinds, networks, directions) {
  WITH c AS y
  OPTIONAL MATCH (y)-[r:TIE]-(x:Customer)
  WHERE x <> y AND x.clv > 0 AND NOT coalesce(x.doNotProfile, false)
    AND {{influences}}
  RETURN x AS friend ORDER BY x.clv DESC, x.id LIMIT 1
}
RETURN c.id AS customer, c.name AS name, c.rank AS rank,
       round(c.networkValue, 2) AS network_value, round(c.referralValue, 2) AS referral_value,
       round(c.creditReceived, 2) AS credit_received, round(c.influence, 2) AS influence,
       friend.id AS through, friend.name AS through_name,
       round(weight * friend.clv, 2) AS contribution
ORDER BY rank, customer
