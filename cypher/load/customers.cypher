// Update customers
//
// Sets the given properties and removes those given as null; others stay.
//
// Parameters
//   $rows  list  a map for each customer: id, computed (whether runs compute the CLV), properties

UNWIND $rows AS row
MERGE (c:Customer {id: row.id})
// What a run has computed stays until the next run. It is stored in two properties: if these differ,
// a value was set by hand, which counts as loaded.
WITH c, row, CASE WHEN c.clv = c.clvComputed THEN c.clv ELSE 0.0 END AS clv,
     CASE WHEN c.sentiment = c.sentimentComputed THEN c.sentiment END AS sentiment
SET c += row.properties,
    c.clv = CASE WHEN row.computed THEN clv ELSE row.properties.clv END,
    c.clvComputed = CASE WHEN row.computed THEN clv END,
    c.sentiment = coalesce(row.properties.sentiment, sentiment),
    c.sentimentComputed = CASE WHEN row.properties.sentiment IS NULL THEN sentiment END
