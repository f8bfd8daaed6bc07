"""Addresses and credentials of stores."""

import pytest

from influence.errors import StoreRefused, StoreUnreachable, UsageError
from influence.store import Credentials, open_store


@pytest.mark.parametrize("url", ["http://localhost", "bolts://x", "s3://bucket/store", "://x"])
def test_an_unknown_scheme_is_wrong_usage(url):
    with pytest.raises(UsageError, match="unknown scheme"):
        open_store(url)


@pytest.mark.parametrize("url", ["bolt://neo4j:secret@localhost", "neo4j+s://me:secret@host:7687"])
def test_a_password_in_an_address_is_refused_and_not_repeated(url):
    with pytest.raises(UsageError) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
    assert "NEO4J_PASSWORD" in str(caught.value)


def test_a_path_object_opens_a_directory_store(tmp_path):
    assert open_store(tmp_path / "store").runs() == []


def test_the_repr_of_credentials_hides_the_password():
    assert "secret" not in repr(Credentials("neo4j", "secret"))


def test_a_missing_server_is_unreachable():
    with pytest.raises(StoreUnreachable, match="localhost:1"):
        open_store("bolt://localhost:1")


def test_a_wrong_password_is_refused_without_being_shown(empty_neo4j):
    with pytest.raises(StoreRefused) as caught:
        open_store(empty_neo4j.uri, Credentials("neo4j", "not-the-password"))
    assert "not-the-password" not in str(caught.value)
