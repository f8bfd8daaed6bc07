// Update customers
//
// Sets the given properties and removes those given as null; others stay.
//
// Parameters
//   $rows  list  one map for each customer: id, whether her clv is computed, a map of properties

UNWIND $rows AS row
MERGE (c:Customer {id: row.id})
// What a run has computed stays until the next one. It is known by standing in two places: a value
// that somebody sets by hand is as good as loaded.
WITH c, row, CASE WHEN c.clv = c.clvComputed THEN c.clv ELSE 0.0 END AS clv,
     CASE WHEN c.sentiment = c.sentimentComputed THEN c.sentiment END AS sentiment
SET c += row.properties,
    c.clv = CASE WHEN row.computed THEN clv ELSE row.properties.clv END,
    c.clvComputed = CASE WHEN row.computed THEN clv END,
    c.sentiment = coalesce(row.properties.sentiment, sentiment),
    c.sentimentComputed = CASE WHEN row.properties.sentiment IS NULL THEN sentiment END
