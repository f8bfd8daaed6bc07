// Customers whose value is at risk
//
// Customers with the largest value at risk, and for each the nearest detractors who influence them
// within three steps along the ties of the current run. No detractor is listed where the risk comes
// from milder critics or from customers who are not profiled. Value at risk is what detractors
// could reach, not a loss, and not part of network value.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of customers
//
// Columns
//   customer       text     id of the customer
//   name           text     name of the customer
//   clv            money    CLV
//   value_at_risk  money    part of the CLV that detractors can influence
//   share          share    value_at_risk / clv
//   pressure       share    weighted sentiment of all customers who influence this one
//   stance         text     promoter, neutral, detractor or unknown
//   distance       integer  steps from the nearest detractors
//   detractors     list     ids of the nearest detractors, at most ten
//   how_many       integer  number of detractors at that distance

MATCH (run:InfluenceRun {current: true})
CALL () {
  MATCH (c:Customer)
  WHERE c.valueAtRisk > 0 AND NOT coalesce(c.doNotProfile, false)
  RETURN c ORDER BY c.valueAtRisk DESC, c.id LIMIT toInteger($limit)
}
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Against the direction of influence; a further hop is taken only while no detractor is found.
CALL (c, weights, kinds, networks, directions) {
  WITH c AS x
  MATCH (x)-[r:TIE]-(y:Customer)
  WHERE y <> c
    AND {{influences}}
  RETURN collect(DISTINCT y) AS one
}
WITH *, [y IN one WHERE y:Detractor AND NOT coalesce(y.doNotProfile, false)] AS near
CALL (c, weights, kinds, networks, directions, one, near) {
  UNWIND CASE WHEN near = [] AND weights[1] > 0 THEN one ELSE [] END AS x
  MATCH (x)-[r:TIE]-(y:Customer)
  WHERE y <> c AND NOT y IN one
    AND {{influences}}
  RETURN collect(DISTINCT y) AS two
}
WITH *, [y IN two WHERE y:Detractor AND NOT coalesce(y.doNotProfile, false)] AS further
CALL (c, weights, kinds, networks, directions, two, near, further) {
  UNWIND CASE WHEN near = [] AND further = [] AND weights[2] > 0 THEN two ELSE [] END AS x
  MATCH (x)-[r:TIE]-(y:Detractor)
  WHERE y:Customer AND y <> c AND NOT coalesce(y.doNotProfile, false)
    AND {{influences}}
  RETURN collect(DISTINCT y) AS furthest
}
WITH c, CASE WHEN near <> [] THEN 1 WHEN further <> [] THEN 2 WHEN furthest <> [] THEN 3 END
       AS distance, near + further + furthest AS nearest
RETURN c.id AS customer, c.name AS name, round(c.clv, 2) AS clv,
       round(c.valueAtRisk, 2) AS value_at_risk, round(c.valueAtRisk / c.clv, 3) AS share,
       round(c.pressure, 3) AS pressure, c.stance AS stance, distance,
       COLLECT { UNWIND nearest AS y RETURN y.id ORDER BY y.id LIMIT 10 } AS detractors,
       size(nearest) AS how_many
ORDER BY c.valueAtRisk DESC, customer
