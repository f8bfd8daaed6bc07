// Remove acts
//
// Those that a later load no longer lists, by customer, who may have thousands of acts: each is
// looked for among the texts, which takes the same time however many they are, and those found are
// compared in full. An act is a list of kind, ISO date, other, network, public, sentiment, time and
// occurrence, with "" where there is none; its text has five of them, `kind|date|other|network|0`.
//
// Parameters
//   $customer  list  ids
//   $texts     list  for each customer, a list of texts
//   $acts      list  for each customer, a list of acts

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})-[:ENGAGED]->(e:Engagement)
USING INDEX SEEK c:Customer(id)
WITH i, e, e.kind AS kind, coalesce(left(toString(e.date), 10), '') AS date,
     coalesce(head([(e)-[:TOWARDS]->(o:Customer) | o.id]), '') AS other,
     coalesce(e.network, '') AS network, coalesce(e.occurrence, 0) AS occurrence
WHERE kind + '|' + date + '|' + other + '|' + network + '|' + toString(occurrence) IN $texts[i]
WITH i, e, [kind, date, other, network, coalesce(e.public, false), coalesce(e.sentiment, ''),
            coalesce(e.time, ''), occurrence] AS act
WHERE act IN $acts[i]
DETACH DELETE e
