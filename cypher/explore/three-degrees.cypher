// Three degrees of one customer
//
// Everybody whom she reaches within three steps, once, at the shortest distance, and what each
// contributes to her influence. Computed here, hop by hop, with the weights, kinds, networks and
// directions of the current run; steps beyond the third are left out, however deep the run went.
// Counted by shells: after a run with the walk model, its own figures are others.
//
// Parameters
//   $customer  text  her id
//
// Columns
//   customer      text     who is reached
//   distance      integer  in how many steps
//   weight        number   the run's weight at that distance
//   clv           money    what that customer is worth on her own
//   contribution  money    weight × clv

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
WHERE NOT coalesce(c.doNotProfile, false)
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Every hop asks of each tie the same: can y influence x?
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
] AS circle
UNWIND circle.people AS person
WITH person, circle.distance AS distance, weights
WHERE NOT coalesce(person.doNotProfile, false)
// + 0.0, or a weight of 0 makes a loss -0.0, which sorts below 0.0
WITH person, distance, weights[distance - 1] AS weight,
     weights[distance - 1] * coalesce(person.clv, 0) + 0.0 AS part
RETURN person.id AS customer, distance, weight, round(person.clv, 2) AS clv,
       round(part, 2) AS contribution
ORDER BY part DESC, customer
