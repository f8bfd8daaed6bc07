// Record a load
//
// The figures of the last run may be out of date after it. Also stores the properties of the load,
// deletes the oldest stored loads, and creates the names that queries use: Neo4j warns about names
// that have never been used in the database, and not every company has referrals, say.
//
// Parameters
//   $matters  flag     whether a new run could give different figures
//   $load     map      the properties of the load
//   $keep     integer  number of loads to keep

CREATE (stamp:InfluenceLoad)
SET stamp = $load
WITH stamp
CALL () {
  MATCH (old:InfluenceLoad)
  WITH old ORDER BY old.loadedAt DESC, old.id DESC SKIP $keep
  DELETE old
}
CALL () {
  UNWIND [
    'amount', 'asOf', 'clv', 'clvRank', 'contacts', 'creditGiven', 'creditReceived', 'crv',
    'current', 'customers', 'date', 'directed', 'directions', 'doNotProfile', 'financialPercentile',
    'influence', 'influenceRun', 'influenceSigned', 'kind', 'kinds', 'model', 'mutual', 'name',
    'network', 'networkValue', 'networkValueGross', 'networkValueHigh', 'networkValueLow',
    'networks', 'overlap', 'ownKept', 'place', 'pressure', 'previousNetworkValue', 'previousRank',
    'public', 'quadrant', 'question', 'rank', 'rankHigh', 'rankLow', 'referralTaken',
    'referralTreeValue', 'referralValue', 'relation', 'roles', 'score', 'segment', 'sentiment',
    'serviceValue', 'socialPercentile', 'stance', 'startedAt', 'status', 'strength', 'tier', 'ties',
    'time', 'value', 'valueAtRisk', 'weights'
  ] AS name
  CALL db.createProperty(name)
}
CALL () {
  UNWIND ['Detractor', 'Engagement', 'Profile', 'Purchase', 'Survey'] AS name
  CALL db.createLabel(name)
}
CALL () {
  UNWIND ['ANSWERED', 'ENGAGED', 'HAS_PROFILE', 'PURCHASED', 'REFERRED', 'TIE', 'TOWARDS'] AS name
  CALL db.createRelationshipType(name)
}
WITH stamp
MATCH (r:InfluenceRun {current: true})
WHERE $matters
SET r.inputChanged = true
