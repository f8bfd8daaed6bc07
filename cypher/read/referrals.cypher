// Referrals by some customers
//
// Few records with long lists. A list has no nulls: "" and NaN stand for them.
//
// Parameters
//   $id  list  ids of customers
//
// Columns
//   referrer           list  ids
//   referred           list  ids
//   date               list  ISO dates, or ""
//   time               list  seconds of the day, or NaN
//   joined_anyway      list  probabilities
//   margin             list  numbers, or NaN
//   incentive          list  numbers
//   marketing          list  numbers
//   acquisition_saved  list  numbers
//   currency           list  texts, or ""
//   place              list  integers

UNWIND $id AS id
MATCH (a:Customer {id: id})-[r:REFERRED]->(b:Customer)
USING INDEX SEEK a:Customer(id)
WHERE b.id IS :: STRING NOT NULL
RETURN collect(id) AS referrer, collect(b.id) AS referred,
       collect(coalesce(left(toString(r.date), 10), '')) AS date,
       collect(coalesce(r.time, 0.0 / 0.0)) AS time,
       collect(coalesce(r.joinedAnyway, 0.0)) AS joined_anyway,
       collect(coalesce(r.margin, 0.0 / 0.0)) AS margin,
       collect(coalesce(r.incentive, 0.0)) AS incentive,
       collect(coalesce(r.marketing, 0.0)) AS marketing,
       collect(coalesce(r.acquisitionSaved, 0.0)) AS acquisition_saved,
       collect(coalesce(r.currency, '')) AS currency, collect(coalesce(r.place, 0)) AS place
