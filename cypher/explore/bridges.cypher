// Bridges between segments
//
// Ties between customers of different segments, by the value that they carry: what the two ends
// would no longer influence within two steps, or only one step later, without the tie. It is a
// gross figure, so it must not be summed. The value is computed for the ties
// whose less valuable end has the largest network value.
//
// Parameters
//   $segment_a  text = any           a segment; any for all
//   $segment_b  text = any           the segment at the other end; any for all others
//   $limit      integer 0.. = 25     maximum number of rows
//   $near       integer 0.. = 2000   number of ties for which the value is computed
//
// Columns
//   customer             text   the end in segment_a; of two such ends the one with more network value
//   name                 text   name of the customer
//   segment              text   segment of the customer
//   network_value        money  network value of the customer
//   other                text   the customer at the other end
//   other_name           text   name of the other customer
//   other_segment        text   segment of the other customer
//   other_network_value  money  network value of the other customer
//   kinds                list   kinds of the ties between the two
//   value                money  gross value that would be lost or one step farther without the tie

MATCH (run:InfluenceRun {current: true})
WITH run.weights AS weights, run.kinds AS kinds, run.networks AS networks,
     run.directions AS directions
CALL (kinds, networks) {
  MATCH (x:Customer)-[r:TIE]->(y:Customer)
  WHERE x.segment <> y.segment
    AND x.networkValue IS NOT NULL AND NOT coalesce(x.doNotProfile, false)
    AND y.networkValue IS NOT NULL AND NOT coalesce(y.doNotProfile, false)
    AND {{selected}}
  WITH x, y, coalesce(r.kind, 'tie') AS kind,
       $segment_a IN ['any', x.segment] AND $segment_b IN ['any', y.segment] AS ahead,
       $segment_a IN ['any', y.segment] AND $segment_b IN ['any', x.segment] AS back,
       x.networkValue > y.networkValue OR x.networkValue = y.networkValue AND x.id < y.id AS more
  WHERE ahead OR back
  WITH CASE WHEN ahead AND (more OR NOT back) THEN [x, y] ELSE [y, x] END AS ends, kind
  ORDER BY kind
  WITH ends, collect(DISTINCT kind) AS between
  WITH ends[0] AS a, ends[1] AS b, between
  ORDER BY CASE WHEN a.networkValue < b.networkValue THEN a.networkValue ELSE b.networkValue END
             DESC, a.id, b.id
  LIMIT toInteger($near)
  RETURN a, b, between
}
CALL (a, b, weights, kinds, networks, directions) {
  UNWIND [[a, b], [b, a]] AS way
  WITH way[0] AS c, way[1] AS through
  // Customers whom this end influences directly
  CALL (c, kinds, networks, directions) {
    WITH c AS y
    MATCH (y)-[r:TIE]-(x:Customer)
    WHERE x <> y
      AND {{influences}}
    RETURN collect(DISTINCT x) AS direct
  }
  WITH c, through, direct, [x IN direct WHERE x <> through] AS others
  WHERE through IN direct
  // Customers whom it influences in two steps through the other end
  CALL (c, through, direct, weights, kinds, networks, directions) {
    WITH through AS y
    MATCH (y)-[r:TIE]-(x:Customer)
    WHERE x <> y AND x <> c AND NOT x IN direct AND size(weights) >= 2
      AND {{influences}}
    RETURN collect(DISTINCT x) AS beyond
  }
  // Those of them, or the other end, whom another of its contacts influences as well
  CALL (through, beyond, others, kinds, networks, directions) {
    UNWIND beyond + through AS x
    MATCH (x)-[r:TIE]-(y:Customer)
    WHERE y IN others
      AND {{influences}}
    RETURN collect(DISTINCT x) AS anyway
  }
  WITH weights[0] AS near, coalesce(weights[1], 0.0) AS far, through, anyway,
       [x IN beyond WHERE NOT x IN anyway AND NOT coalesce(x.doNotProfile, false)] AS lost
  RETURN sum(
    (near - CASE WHEN through IN anyway THEN far ELSE 0.0 END) * coalesce(through.clv, 0.0)
    + far * reduce(total = 0.0, x IN lost | total + coalesce(x.clv, 0.0))
  ) AS carried
}
RETURN a.id AS customer, a.name AS name, a.segment AS segment,
       round(a.networkValue, 2) AS network_value, b.id AS other, b.name AS other_name,
       b.segment AS other_segment, round(b.networkValue, 2) AS other_network_value,
       between AS kinds, round(carried, 2) AS value
ORDER BY carried DESC, customer, other
LIMIT toInteger($limit)
