// What prospects, fans and partners are worth
//
// People who are no customers, or not yet, and are worth money by what they bring about in others.
// With each comes the one through whom most of that goes directly: of those she can influence in
// one step, the most valuable. Blank where there is none who may be shown.
//
// Parameters
//   $relation  text = any          prospect, fan, partner …; any for all but customers
//   $limit     integer 0.. = 25  how many people
//
// Columns
//   customer         text     that person's id
//   name             text     what people call her
//   relation         text     what she is to us
//   rank             integer  her rank by network value
//   clv              money    what she is worth on her own
//   network_value    money    what she is worth
//   referral_value   money    of those she referred, what is credited to her
//   credit_received  money    of the value of those she influences, what is credited to her
//   influence        money    weighted value of all within reach
//   through          text     the largest contributor to her influence in one step
//   through_name     text     what people call that one
//   contribution     money    the run's weight at distance 1 × that one's clv

MATCH (run:InfluenceRun {current: true})
CALL () {
  MATCH (c:Customer)
  WHERE c.networkValue > 0 AND coalesce(c.relation, 'customer') <> 'customer'
    AND $relation IN ['any', c.relation] AND NOT coalesce(c.doNotProfile, false)
  RETURN c ORDER BY c.rank, c.id LIMIT toInteger($limit)
}
WITH c, run.weights[0] AS weight, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Through whom: of those she can influence directly, whose value counts most?
CALL (c, kinds, networks, directions) {
  WITH c AS y
  OPTIONAL MATCH (y)-[r:TIE]-(x:Customer)
  WHERE x <> y AND x.clv > 0 AND NOT coalesce(x.doNotProfile, false)
    AND {{influences}}
  RETURN x AS friend ORDER BY x.clv DESC, x.id LIMIT 1
}
RETURN c.id AS customer, c.name AS name, c.relation AS relation, c.rank AS rank,
       round(c.clv, 2) AS clv, round(c.networkValue, 2) AS network_value,
       round(c.referralValue, 2) AS referral_value, round(c.creditReceived, 2) AS credit_received,
       round(c.influence, 2) AS influence, friend.id AS through, friend.name AS through_name,
       round(weight * friend.clv, 2) AS contribution
ORDER BY rank, customer
