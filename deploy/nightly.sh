#!/bin/sh
# One night: load the exports of the day, compute, print a summary for a mail.
#   nightly.sh DIRECTORY
# INFLUENCE_STORE names the store, INFLUENCE_METRICS a file for Prometheus (none if unset).
# Messages are one JSON object a line on stderr. The exit code is that of the first command that
# fails; a rejected load leaves the figures of yesterday.
set -eu
exports=${1:?usage: nightly.sh DIRECTORY}

influence load tables "$exports" --replace --wait 600 --log-format json >&2
influence run --wait 600 --log-format json --report-text \
  ${INFLUENCE_METRICS:+--metrics "$INFLUENCE_METRICS"}
