// Customer `y` influences customer `x` along the tie `r`
//
// Expects `kinds`, `networks` and `directions` of the run. A direction that the run sets for the
// kind of tie has precedence over the tie's own `directed`, except where the tie was listed from
// both sides (`mutual`). The Python twin is `arc_directions` in influence/network/selection.py.

{{selected}}
AND CASE
  WHEN directions = [] THEN startNode(r) = y OR NOT coalesce(r.directed, false)
  WHEN coalesce(r.kind, 'tie') + '=both' IN directions THEN true
  WHEN r.mutual AND NOT coalesce(r.directed, false) THEN true
  WHEN coalesce(r.kind, 'tie') + '=reversed' IN directions THEN startNode(r) = x
  WHEN coalesce(r.kind, 'tie') + '=as-written' IN directions THEN startNode(r) = y
  ELSE startNode(r) = y OR NOT coalesce(r.directed, false)
END
