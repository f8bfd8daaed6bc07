// Write figures
//
// All of a customer's figures and what they were before change in one statement, so they always
// belong to one run. Figures that are null are removed. What a run that died wrote was never the
// figures of a run: what was there before it stays.
//
// Parameters
//   $run   text  the run that they come from
//   $dead  list  runs that began after the last finished one and never ended
//   $rows  list  one map for each customer: id, clv, sentiment, labels, and a map of figures
//   $labels  list  all labels that figures may bring

UNWIND $rows AS row
MATCH (c:Customer {id: row.id})
// What nobody has given, the run has computed.
WITH c, row, coalesce(c.influenceRun IN $dead, false) AS dead,
     coalesce(c.clv = c.clvComputed, false) AS ownClv,
     c.sentiment IS NULL OR coalesce(c.sentiment = c.sentimentComputed, false) AS ownSentiment
SET c.previousNetworkValue = CASE WHEN dead THEN c.previousNetworkValue ELSE c.networkValue END,
    c.previousInfluence = CASE WHEN dead THEN c.previousInfluence ELSE c.influence END,
    c.previousRank = CASE WHEN dead THEN c.previousRank ELSE c.rank END,
    c.influenceRun = $run,
    c.clv = CASE WHEN ownClv THEN row.clv ELSE c.clv END,
    c.clvComputed = CASE WHEN ownClv THEN row.clv END,
    c.sentiment = CASE WHEN ownSentiment THEN row.sentiment ELSE c.sentiment END,
    c.sentimentComputed = CASE WHEN ownSentiment THEN row.sentiment END,
    c += row.figures
REMOVE c:$($labels)
SET c:$(row.labels)
