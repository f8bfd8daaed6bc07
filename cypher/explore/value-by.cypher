// What segments and relations are worth
//
// Totals of the current run by segment and relation: customers, prospects, fans, partners. Only
// what may be added up is: network value sums to the value of all, with what referrals saved less
// what they cost, while influence, crv and gross count money several times and are not here.
//
// Columns
//   segment          text     blank where a customer has none
//   relation         text     customer, prospect, fan, partner …
//   customers        integer  how many
//   free             integer  of them, how many are worth nothing on their own
//   clv              money    own value
//   network_value    money    what they are worth: own_kept + referral_value + credit_received
//   own_kept         money    of their own value, what stays theirs
//   referral_value   money    what is credited to them of those they referred
//   credit_received  money    what is credited to them of the value of those they influence
//   credit_given     money    of their own value, what is credited to those who influence them
//   referral_taken   money    of their own value, what is credited to their referrers
//   value_at_risk    money    of their own value, what detractors can reach

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
WITH coalesce(c.segment, '') AS segment, coalesce(c.relation, 'customer') AS relation, c,
     coalesce(c.clv, 0.0) AS clv
WITH segment, relation, count(*) AS customers,
     sum(CASE WHEN clv = 0 THEN 1 ELSE 0 END) AS free, sum(clv) AS clv,
     sum(c.networkValue) AS networkValue, sum(c.ownKept) AS kept,
     sum(c.referralValue) AS referralValue, sum(c.creditReceived) AS received,
     sum(c.creditGiven) AS given, sum(c.referralTaken) AS taken, sum(c.valueAtRisk) AS atRisk
RETURN segment, relation, customers, free, round(clv, 2) AS clv,
       round(networkValue, 2) AS network_value, round(kept, 2) AS own_kept,
       round(referralValue, 2) AS referral_value, round(received, 2) AS credit_received,
       round(given, 2) AS credit_given, round(taken, 2) AS referral_taken,
       round(atRisk, 2) AS value_at_risk
ORDER BY networkValue DESC, segment, relation
