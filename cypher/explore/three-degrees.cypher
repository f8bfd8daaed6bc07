// Three degrees of a customer
//
// Everybody whom the customer reaches within three steps, at the shortest distance, and what each
// contributes to the customer's influence, with the settings of the current run. Later steps are
// left out even if the run goes further. Computed by distance shells without weights of kinds, so
// it differs from the figures of a run with the walk model or with such weights.
//
// Parameters
//   $customer  text  id of the customer
//
// Columns
//   customer      text     id of the person reached
//   distance      integer  number of steps
//   weight        number   weight of the run at that distance
//   clv           money    CLV of the person reached
//   contribution  money    weight × clv

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Each hop follows the ties along which y influences x.
CALL (c, weights, kinds, networks, directions) {
  UNWIND [c] AS y
  MATCH (y)-[r:TIE]-(x)
  WHERE x <> c
    AND {{influences}}
  WITH DISTINCT x
  WHERE x:Customer
  RETURN collect(x) AS one
}
CALL (c, weights, kinds, networks, directions, one) {
  UNWIND CASE WHEN size(weights) >= 2 THEN one ELSE [] END AS y
  MATCH (y)-[r:TIE]-(x)
  WHERE x <> c AND NOT x IN one
    AND {{influences}}
  WITH DISTINCT x
  WHERE x:Customer
  RETURN collect(x) AS two
}
CALL (c, weights, kinds, networks, directions, one, two) {
  UNWIND CASE WHEN size(weights) >= 3 THEN two ELSE [] END AS y
  MATCH (y)-[r:TIE]-(x)
  WHERE x <> c AND NOT x IN one AND NOT x IN two
    AND {{influences}}
  WITH DISTINCT x
  WHERE x:Customer
  RETURN collect(x) AS three
}

UNWIND [
  {distance: 1, people: one}, {distance: 2, people: two}, {distance: 3, people: three}
] AS shell
UNWIND shell.people AS person
WITH person, shell.distance AS distance, weights
WHERE NOT coalesce(person.doNotProfile, false)
// + 0.0 turns -0.0, which sorts below 0.0, into 0.0
WITH person, distance, weights[distance - 1] AS weight,
     weights[distance - 1] * coalesce(person.clv, 0) + 0.0 AS part
RETURN person.id AS customer, distance, weight, round(person.clv, 2) AS clv,
       round(part, 2) AS contribution
ORDER BY part DESC, customer
