// Bridges between segments
//
// Ties, of those that the current run counts, between customers of two different segments: whoever
// stands on one can carry a word from one side to the other. The bridges with most network value
// at both ends come first, by the end that is worth less.
//
// Parameters
//   $segment_a  text = any          a segment; any for all
//   $segment_b  text = any          the segment at the other end; any for all others
//   $limit      integer 0.. = 25    how many bridges
//
// Columns
//   customer             text    she at the end in segment_a; where either end fits, worth more
//   name                 text    what people call her
//   segment              text    hers
//   network_value        money   what she is worth
//   other                text    the id at the other end
//   other_name           text    what people call that customer
//   other_segment        text    of the other end
//   other_network_value  money   what the other end is worth
//   kinds                list    of the ties between the two

MATCH (run:InfluenceRun {current: true})
WITH run.kinds AS kinds, run.networks AS networks
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
WITH ends, collect(DISTINCT kind) AS kinds
WITH ends[0] AS a, ends[1] AS b, kinds
RETURN a.id AS customer, a.name AS name, a.segment AS segment,
       round(a.networkValue, 2) AS network_value, b.id AS other, b.name AS other_name,
       b.segment AS other_segment, round(b.networkValue, 2) AS other_network_value, kinds
ORDER BY CASE WHEN a.networkValue < b.networkValue THEN a.networkValue
              ELSE b.networkValue END DESC,
         customer, other
LIMIT toInteger($limit)
