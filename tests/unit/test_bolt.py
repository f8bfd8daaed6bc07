"""What travels over Bolt, without a server."""

from __future__ import annotations

from influence import queries
from influence.store.neo4j.bolt import run_in


def test_a_column_is_sent_whole_and_never_written_out():
    """The driver makes a text of all parameters, whether or not it keeps a log."""
    sent = {}

    class Transaction:
        def run(self, _, parameters):
            sent.update(parameters)
            return Nothing()

    class Nothing(list):
        def keys(self):
            return []

    columns = {"id": [f"c{i}" for i in range(1000)], "clv": [None, 1.5, [2.0]], "job": "run"}
    run_in(Transaction(), queries.load("write/figures"), columns)
    assert sent == columns
    assert all(isinstance(sent[name], list) for name in ("id", "clv"))
    assert repr(sent) == "{'id': <1,000 values>, 'clv': <3 values>, 'job': 'run'}"
