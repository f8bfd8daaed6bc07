// Whose value is at risk
//
// Customers of value around whom detractors stand, the largest value at risk first, and the
// nearest detractors who can influence each, within three steps and by the ties of the current
// run. None is named where it comes from milder critics, or from people who asked not to be
// profiled. It is what blame could reach, not a loss, and no part of anybody's network value.
//
// Parameters
//   $limit  integer 0.. = 25  how many customers
//
// Columns
//   customer       text     her id
//   name           text     what people call her
//   clv            money    what she is worth on her own
//   value_at_risk  money    of her clv, what stands under the influence of critics
//   share          share    value_at_risk / clv
//   pressure       share    weighted sentiment of all who can influence her
//   stance         text     her own: promoter, neutral, detractor or unknown
//   distance       integer  in how many steps the nearest detractors reach her
//   detractors     list     their ids, at most ten
//   how_many       integer  how many there are at that distance

MATCH (run:InfluenceRun {current: true})
CALL () {
  MATCH (c:Customer)
  WHERE c.valueAtRisk > 0 AND NOT coalesce(c.doNotProfile, false)
  RETURN c ORDER BY c.valueAtRisk DESC, c.id LIMIT toInteger($limit)
}
WITH c, run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions

// Every hop asks of each tie, against its direction: can y influence x? The second and the third
// are taken only where no detractor has been found yet.
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
