// Customers by quadrant
//
// Totals of the current run by quadrant of the score card, for the figures that may be summed, the
// largest network value first. Customers who are not active have no quadrant.
//
// Columns
//   quadrant       text     champion, affluent, advocate or miser; empty for none
//   customers      integer  number of customers
//   ambassadors    integer  of these, Ambassadors
//   clv            money    CLV
//   network_value  money    network value
//   service_value  money    service costs that their answers saved

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
WITH coalesce(c.quadrant, '') AS quadrant, count(*) AS customers,
     sum(CASE WHEN c.tier = 'ambassador' THEN 1 ELSE 0 END) AS ambassadors,
     sum(coalesce(c.clv, 0.0)) AS clv, sum(c.networkValue) AS networkValue,
     sum(coalesce(c.serviceValue, 0.0)) AS serviceValue
RETURN quadrant, customers, ambassadors, round(clv, 2) AS clv,
       round(networkValue, 2) AS network_value, round(serviceValue, 2) AS service_value
ORDER BY networkValue DESC, quadrant
