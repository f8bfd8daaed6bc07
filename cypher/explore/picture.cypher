// Picture of a customer's network
//
// The customer, the people they influence directly and the most valuable ones in the second step,
// each with the tie that leads there; the Browser draws it as a graph. A third of the nodes is
// reserved for the second step if the run goes that far. Customers who are not profiled are not
// drawn.
//
// Parameters
//   $customer  text              id of the customer
//   $limit     integer 0.. = 60  maximum number of people besides the customer
//
// Columns
//   person   node          a customer; the first row is the chosen one
//   tie      relationship  tie that leads to the person
//   through  node          node where that tie begins

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Each step follows the ties along which y influences x.
CALL (c, kinds, networks, directions) {
  WITH c AS y
  MATCH (y)-[r:TIE]-(x:Customer)
  WHERE x <> c AND NOT coalesce(x.doNotProfile, false)
    AND {{influences}}
  WITH x, r ORDER BY r.kind, r.network, r.strength DESC
  WITH x, collect(r)[0] AS tie ORDER BY coalesce(x.clv, 0) DESC, x.id
  RETURN collect(x) AS direct, collect({person: x, tie: tie, through: c}) AS first
}
WITH *, toInteger($limit) * CASE WHEN size(weights) >= 2 THEN 2 ELSE 3 END / 3 AS room
CALL (c, weights, kinds, networks, directions, direct, room) {
  UNWIND CASE WHEN size(weights) >= 2 THEN direct[0..room] ELSE [] END AS y
  MATCH (y)-[r:TIE]-(x:Customer)
  WHERE x <> c AND NOT x IN direct AND NOT coalesce(x.doNotProfile, false)
    AND {{influences}}
  WITH x, y, r ORDER BY y.id, r.kind, r.network, r.strength DESC
  WITH x, collect(r)[0] AS tie, collect(y)[0] AS through ORDER BY coalesce(x.clv, 0) DESC, x.id
  RETURN collect({person: x, tie: tie, through: through}) AS second
}
WITH c, first[0..room] AS first, second
UNWIND [{person: c}] + first + second[0..toInteger($limit) - size(first)] AS step
RETURN step.person AS person, step.tie AS tie, step.through AS through
