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
//   clv              number   own value
//   network_value    number   what they are worth: own_kept + referral_value + credit_received
//   own_kept         number   of their own value, what stays theirs
//   referral_value   number   what is credited to them of those they referred
//   credit_received  number   what is credited to them of the value of those they influence
//   credit_given     number   of their own value, what is credited to those who influence them
//   referral_taken   number   of their own value, what is credited to their referrers
//   value_at_risk    number   of their own value, what detractors can reach

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
WITH coalesce(c.segment, '') AS segment, coalesce(c.relation, 'customer') AS relation, c,
     coalesce(c.clv, 0.0) AS clv
RETURN segment, relation, count(*) AS customers, sum(CASE WHEN clv = 0 THEN 1 ELSE 0 END) AS free,
       sum(clv) AS clv, sum(c.networkValue) AS network_value, sum(c.ownKept) AS own_kept,
       sum(c.referralValue) AS referral_value, sum(c.creditReceived) AS credit_received,
       sum(c.creditGiven) AS credit_given, sum(c.referralTaken) AS referral_taken,
       sum(c.valueAtRisk) AS value_at_risk
ORDER BY network_value DESC, segment, relation
