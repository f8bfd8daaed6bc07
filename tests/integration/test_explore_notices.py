"""No query for analysts causes a warning of the server."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import neo4j
import pytest

import influence
from influence.browser import Examples, bundle
from influence.demo.company import sample_company
from influence.network import Selection
from influence.pipeline import Parameters
from influence.store import Credentials
from tests.integration.library import EXPLORE
from tests.servers import wipe
from tools.neo4j.server import LocalServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


def notices(uri: str, password: str, examples: Examples) -> dict[str, list[str]]:
    """Return the notifications of the server for each query."""
    found = {}
    with (
        neo4j.GraphDatabase.driver(
            uri,
            auth=("neo4j", password),
            notifications_min_severity="INFORMATION",
            warn_notification_severity="OFF",
        ) as driver,
        driver.session() as session,
    ):
        session.run("CALL db.clearQueryCaches()").consume()
        for name, query in EXPLORE.items():
            given = query.bind(bundle.given(query, examples))
            summary = session.run(query.text, given).consume()  # type: ignore[arg-type]
            remarks = [
                s.status_description for s in summary.gql_status_objects if s.is_notification
            ]
            if remarks:
                found[name] = remarks
    return found


@pytest.mark.ci
def test_no_query_on_the_sample_company_causes_a_server_warning(neo4j_server: Server) -> None:
    wipe(neo4j_server)
    credentials = Credentials(neo4j_server.username, neo4j_server.password)
    with influence.open_store(neo4j_server.uri, credentials) as store:
        store.write_tables(influence.Tables(**sample_company(customers=300)))
        parameters = Parameters(selection=Selection(directions={"follows": "reversed"}))
        store.write_scores(influence.compute(store.tables(), parameters))
        examples = Examples.of(store.scores(), store.customers())
    assert notices(neo4j_server.uri, neo4j_server.password, examples) == {}


@pytest.mark.slow
def test_no_query_on_a_new_database_causes_a_server_warning(tmp_path: Path) -> None:
    # Names that were ever used stay known, so this needs a server of its own.
    tables = sample_company(customers=300)
    bare = influence.Tables(
        customers=tables["customers"].select(["id", "clv"]),
        ties=tables["ties"].select(["source", "target"]),
    )
    password = secrets.token_hex(16)
    with (
        LocalServer(tmp_path / "home", password, short_lived=True) as server,
        influence.open_store(server.uri, Credentials("neo4j", password)) as store,
    ):
        store.write_tables(influence.Tables(customers=bare.customers))
        examples = Examples(*[bare.customers["id"][0].as_py()] * 3)
        assert notices(server.uri, password, examples) == {}
        store.write_tables(bare)
        assert notices(server.uri, password, examples) == {}
        store.write_scores(influence.compute(store.tables()))
        assert notices(server.uri, password, examples) == {}
        store.write_tables(influence.Tables(**tables))
        store.write_scores(influence.compute(store.tables()))
        assert notices(server.uri, password, examples) == {}
