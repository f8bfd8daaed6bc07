// Add and update referrals
//
// A referral is identified by its two ends; its properties are overwritten.
//
// Parameters
//   $referrer           list  ids
//   $referred           list  ids
//   $date               list  dates or null
//   $time               list  seconds of the day, or null
//   $joined_anyway      list  probabilities
//   $margin             list  numbers or null
//   $incentive          list  numbers
//   $marketing          list  numbers
//   $acquisition_saved  list  numbers
//   $currency           list  texts, empty where none is named
//   $place              list  integers

UNWIND range(0, size($referrer) - 1) AS i
MATCH (a:Customer {id: $referrer[i]}), (b:Customer {id: $referred[i]})
USING INDEX SEEK a:Customer(id)
USING INDEX SEEK b:Customer(id)
MERGE (a)-[r:REFERRED]->(b)
SET r.date = $date[i], r.time = $time[i], r.joinedAnyway = $joined_anyway[i], r.margin = $margin[i],
    r.incentive = $incentive[i], r.marketing = $marketing[i],
    r.acquisitionSaved = $acquisition_saved[i], r.place = $place[i],
    r.currency = CASE WHEN $currency[i] <> '' THEN $currency[i] END
