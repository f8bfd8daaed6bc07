// The current run selects the tie `r`
//
// Expects `kinds` and `networks` of the run; an empty list selects all.

(kinds = [] OR coalesce(r.kind, 'tie') IN kinds)
AND (networks = [] OR coalesce(r.network, '') IN networks)
