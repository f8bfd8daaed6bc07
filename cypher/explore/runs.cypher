// The runs
//
// What was computed when, with which settings. A run whose write-back did not end, and after which
// none has ended, comes first: some customers then have its figures and others still older ones;
// repeating `influence run` completes it.
//
// Parameters
//   $limit  integer 0.. = 25  how many runs
//
// Columns
//   run         text     its id
//   status      text     writing, finished or failed
//   current     flag     whether readers see its figures
//   unfinished  flag     whether it waits to be repeated
//   started     text     when it began, ISO 8601
//   age         text     how long ago that is
//   model       text     how influence was computed
//   weights     list     by distance
//   kinds       list     of the ties it took; empty means all
//   networks    list     of the ties it took; empty means all
//   directions  list     kind=direction; other kinds as their ties say
//   customers   integer  how many were in the graph
//   ties        integer  how many it took

MATCH (r:InfluenceRun)
WITH r, NOT EXISTS {
       MATCH (later:InfluenceRun {status: 'finished'}) WHERE later.startedAt >= r.startedAt
     } AS unfinished, duration.inSeconds(r.startedAt, datetime()) AS age
ORDER BY unfinished DESC, r.startedAt DESC, r.id DESC
RETURN r.id AS run, r.status AS status, r.current AS current, unfinished,
       toString(r.startedAt) AS started,
       age.hours / 24 + ' d ' + age.hours % 24 + ' h ' + age.minutesOfHour + ' min' AS age,
       r.model AS model, r.weights AS weights, r.kinds AS kinds, r.networks AS networks,
       r.directions AS directions, r.customers AS customers, r.ties AS ties
LIMIT toInteger($limit)
