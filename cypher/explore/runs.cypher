// Runs
//
// Runs with their settings, newest first. A run whose write-back is unfinished comes before all
// others unless a later one finished: some customers have its figures and others have older ones
// until `influence run` is repeated.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of runs
//
// Columns
//   run         text     id of the run
//   status      text     writing, finished or failed
//   current     flag     whether its figures are the current ones
//   unfinished  flag     whether it has to be repeated
//   started     text     start, ISO 8601
//   age         text     time since the start
//   model       text     influence model
//   weights     list     weights by distance
//   kinds       list     selected kinds of ties; empty for all
//   networks    list     selected networks; empty for all
//   directions  list     kind=direction; the ties of other kinds have their own
//   customers   integer  number of customers in the graph
//   ties        integer  number of ties used

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
