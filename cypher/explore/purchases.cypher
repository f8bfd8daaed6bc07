// What a customer bought
//
// The purchases in the window of the current run, or else in the one before the last date that is
// not in the future, anybody's; and all of them by calendar year.
// The window's money is carried on for some years as her own value, the clv of a customer for whom
// none was given: money × margin × 365 / window × Σ (1 + rate)^−t. A refund is negative money.
//
// Parameters
//   $customer  text                  her id
//   $margin    number 0..1 = 1.0     the share of a purchase that is earned
//   $rate      number 0.. = 0.1      discount per year
//   $years     integer 1..100 = 3    how many years it is carried on
//   $window    integer 1.. = 365     days over which purchases count
//
// Columns
//   period     text     window, or the year
//   from       date     its first day
//   to         date     its last day; of the window, the last day that counts
//   purchases  integer  how many, refunds among them
//   amount     money    money paid
//   own_value  money    what the window is carried on to; blank for years

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
