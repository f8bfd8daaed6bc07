// How certain the first network values and ranks are
//
// The ranking of the current run by network value, with the 95 % intervals of network value and
// rank. Customers whose intervals of rank overlap may be in the other order. Without rows nothing
// was uncertain: neither the weights nor any CLV has an error, or the run was asked for no intervals.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of customers
//
// Columns
//   rank                integer  rank by network value; equal values share a rank
//   rank_low            integer  low end of the interval of rank, the better one
//   rank_high           integer  high end of the interval of rank
//   customer            text     id of the customer
//   name                text     name of the customer
//   network_value       money    network value
//   network_value_low   money    low end of the interval of network value
//   network_value_high  money    high end of the interval of network value

MATCH (c:Customer)
WHERE c.networkValueLow IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
RETURN c.rank AS rank, c.rankLow AS rank_low, c.rankHigh AS rank_high, c.id AS customer,
       c.name AS name, round(c.networkValue, 2) AS network_value,
       round(c.networkValueLow, 2) AS network_value_low,
       round(c.networkValueHigh, 2) AS network_value_high
ORDER BY rank, customer
LIMIT toInteger($limit)
