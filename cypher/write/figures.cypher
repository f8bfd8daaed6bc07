// Write figures
//
// All of a customer's figures and what they were before change in one statement, so they always
// belong to one run. Figures that are null are removed.
//
// Parameters
//   $run   text  the run that they come from
//   $rows  list  one map for each customer: id, and a map of figures

UNWIND $rows AS row
MATCH (c:Customer {id: row.id})
SET c.previousNetworkValue = c.networkValue, c.previousInfluence = c.influence,
    c.previousRank = c.rank, c.influenceRun = $run
SET c += row.figures
