// Contributors to a customer's influence
//
// The customers who contribute most to one customer's influence within three steps, and the contact
// through whom each is reached, with the settings of the current run. `through` is empty where
// every shortest path begins with a customer who is not profiled. Computed by distance shells
// without weights of kinds, so it differs from the figures of a run with the walk model or with such
// weights.
//
// Parameters
//   $customer  text              id of the customer
//   $limit     integer 0.. = 25  maximum number of contributors
//
// Columns
//   customer      text     the contributor
//   name          text     name of the contributor
//   through       text     first contact on a shortest path; the smallest id if there are several
//   distance      integer  number of steps
//   clv           money    CLV of the contributor
//   contribution  money    weight at that distance × clv
//   share         share    share of all contributions that three-degrees lists

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
  WITH y, CASE WHEN NOT coalesce(y.doNotProfile, false) THEN y.id END AS first
  MATCH (y)-[r:TIE]-(x)
  WHERE x <> c AND NOT x IN one
    AND {{influences}}
  WITH x, min(first) AS through
  WHERE x:Customer
  RETURN collect({person: x, distance: 2, through: through}) AS two
}
WITH *, [step IN two | step.person] AS second
CALL (c, weights, kinds, networks, directions, one, two, second) {
  UNWIND CASE WHEN size(weights) >= 3 THEN two ELSE [] END AS step
  WITH step.person AS y, step.through AS first
  MATCH (y)-[r:TIE]-(x)
  WHERE x <> c AND NOT x IN one AND NOT x IN second
    AND {{influences}}
  WITH x, min(first) AS through
  WHERE x:Customer
  RETURN collect({person: x, distance: 3, through: through}) AS three
}

UNWIND [person IN one | {person: person, distance: 1, through: person.id}] + two + three AS step
WITH step.person AS person, step.distance AS distance, step.through AS through, weights
WHERE NOT coalesce(person.doNotProfile, false)
// + 0.0 turns -0.0, which sorts below 0.0, into 0.0
WITH person, distance, through,
     weights[distance - 1] * coalesce(person.clv, 0) + 0.0 AS part
ORDER BY part DESC, person.id
WITH sum(part) AS total,
     collect([person, through, distance, part])[0..toInteger($limit)] AS strongest
UNWIND strongest AS row
WITH row[0] AS person, row[1] AS through, row[2] AS distance, row[3] AS part, total
RETURN person.id AS customer, person.name AS name, through, distance, round(person.clv, 2) AS clv,
       round(part, 2) AS contribution,
       round(CASE WHEN total <> 0 THEN part / total END, 3) AS share
ORDER BY part DESC, customer
