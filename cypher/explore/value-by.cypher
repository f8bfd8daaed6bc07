// Value by segment and relation
//
// Totals of the current run by segment and relation, for the figures that may be summed. Network
// values sum to the total CLV, plus the net savings of referrals; influence, crv and gross count
// the same money several times and are not listed.
//
// Columns
//   segment          text     empty for customers without one
//   relation         text     customer, prospect, fan, partner …
//   customers        integer  number of customers
//   free             integer  of these, customers with a CLV of 0
//   clv              money    CLV
//   network_value    money    own_kept + referral_value + credit_received + service_value
//   own_kept         money    part of their CLV that they keep
//   referral_value   money    credited to them for customers they referred
//   credit_received  money    credited to them for customers they influence
//   credit_given     money    part of their CLV that is credited to those who influence them
//   referral_taken   money    part of their CLV that is credited to their referrers
//   service_value    money    service costs that their answers saved
//   value_at_risk    money    part of their CLV that detractors can influence

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
WITH coalesce(c.segment, '') AS segment, coalesce(c.relation, 'customer') AS relation, c,
     coalesce(c.clv, 0.0) AS clv
WITH segment, relation, count(*) AS customers,
     sum(CASE WHEN clv = 0 THEN 1 ELSE 0 END) AS free, sum(clv) AS clv,
     sum(c.networkValue) AS networkValue, sum(c.ownKept) AS kept,
     sum(c.referralValue) AS referralValue, sum(c.creditReceived) AS received,
     sum(c.creditGiven) AS given, sum(c.referralTaken) AS taken,
     sum(coalesce(c.serviceValue, 0.0)) AS service, sum(c.valueAtRisk) AS atRisk
RETURN segment, relation, customers, free, round(clv, 2) AS clv,
       round(networkValue, 2) AS network_value, round(kept, 2) AS own_kept,
       round(referralValue, 2) AS referral_value, round(received, 2) AS credit_received,
       round(given, 2) AS credit_given, round(taken, 2) AS referral_taken,
       round(service, 2) AS service_value, round(atRisk, 2) AS value_at_risk
ORDER BY networkValue DESC, segment, relation
