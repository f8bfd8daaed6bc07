// Purchases of a customer
//
// Purchases within the window of the current run, and by calendar year. Before the first run the
// window ends at the last purchase date of any customer that is not in the future. The amount in
// the window is projected to own value, which is the CLV of customers without a given one: amount ×
// margin × 365 / window × Σ (1 + rate)^−t. Refunds are negative amounts.
//
// Parameters
//   $customer  text                id of the customer
//   $margin    number 0..1 = 1.0   share of the amount that is profit
//   $rate      number 0.. = 0.1    discount rate per year
//   $years     integer 1..100 = 3  years of projection
//   $window    integer 1.. = 365   length of the window in days
//
// Columns
//   period     text     window, or the year
//   from       date     first day
//   to         date     last day
//   purchases  integer  number of purchases, refunds included
//   amount     money    amount paid
//   own_value  money    projected own value; empty for years

MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
CALL () {
  MATCH (p:Purchase)
  WHERE p.amount IS NOT NULL AND p.date <= date()
  WITH max(p.date) AS newest
  OPTIONAL MATCH (run:InfluenceRun {current: true})
  RETURN coalesce(run.asOf, newest) AS last
}
WITH c, last, last - duration({days: toInteger($window) - 1}) AS first,
     $margin * 365.0 / $window
       * reduce(sum = 0.0, t IN range(1, toInteger($years)) | sum + (1.0 + $rate) ^ -t) AS factor
WHERE last IS NOT NULL
CALL (c, last, first, factor) {
  OPTIONAL MATCH (c)-[:PURCHASED]->(p:Purchase)
  WHERE first <= p.date <= last AND p.amount IS NOT NULL
  WITH first, last, factor, count(p) AS purchases, sum(coalesce(p.amount, 0.0)) AS amount
  RETURN 'window' AS period, first AS begin, last AS end, purchases, amount,
         factor * amount AS own_value
  UNION ALL
  MATCH (c)-[:PURCHASED]->(p:Purchase)
  WHERE p.date IS NOT NULL AND p.amount IS NOT NULL
  WITH p.date.year AS year, p.amount AS amount
  RETURN toString(year) AS period, date({year: year}) AS begin,
         date({year: year, month: 12, day: 31}) AS end, count(*) AS purchases,
         sum(amount) AS amount, null AS own_value
}
RETURN period, begin AS from, end AS to, purchases, round(amount, 2) AS amount,
       round(own_value, 2) AS own_value
ORDER BY own_value IS NULL, period DESC
