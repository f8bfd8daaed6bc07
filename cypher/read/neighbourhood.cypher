// Neighbourhood of a customer
//
// Everybody within three steps, at the shortest distance, with the settings of the current run, in
// one record of long lists. Customers who are not profiled have a CLV and no id.
//
// Parameters
//   $customer  text  id of the customer
//
// Columns
//   customer  list  ids; empty if not profiled
//   distance  list  numbers of steps
//   through   list  first contact on a shortest path, smallest id; empty if not profiled
//   clv         list  numbers
//   incomplete  flag  whether the CLV of some is computed by runs and not stored

MATCH (run:InfluenceRun {current: true})
MATCH (c:Customer {id: $customer})
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

UNWIND [person IN one | {person: person, distance: 1,
         through: CASE WHEN NOT coalesce(person.doNotProfile, false) THEN person.id END}]
       + two + three AS step
WITH step.person AS person, step.distance AS distance, step.through AS through
RETURN collect(CASE WHEN coalesce(person.doNotProfile, false) THEN '' ELSE person.id END)
         AS customer,
       collect(distance) AS distance, collect(coalesce(through, '')) AS through,
       collect(coalesce(person.clv, 0.0)) AS clv,
       any(computed IN collect(person.doNotProfile AND person.clvComputed IS NOT NULL)
           WHERE computed) AS incomplete
