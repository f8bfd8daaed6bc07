// Store a part of what a program was given
//
// It counts once the whole export is current. Parts of one statement each, since a company may have
// millions of customers.
//
// Parameters
//   $target  text     salesforce, hubspot, mailchimp or csv
//   $id      text     the export
//   $part    integer  number of the part, from 0
//   $record  text     the header, the run and the time, as JSON
//   $rows    list     digest and customer, one text each

CREATE (:InfluenceExport {
  target: $target, id: $id, part: $part, record: $record, rows: $rows, current: false
})
